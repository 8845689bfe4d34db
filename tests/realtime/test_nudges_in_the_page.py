"""``Nudges`` in a real browser: fresh with a socket, fresh without one, quiet when it is over."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest
from playwright.sync_api import Playwright, WebSocketRoute

from tests.drivers.chromium import ChromiumScreen, Person, sitting_at_chromium
from tests.realtime.page_server import PageServer, serving

pytestmark = pytest.mark.browser

LIVE = "nudges.live"


@pytest.fixture
def server() -> Iterator[PageServer]:
    with serving() as running:
        yield running


@pytest.fixture
def screen(playwright: Playwright) -> Iterator[ChromiumScreen]:
    with sitting_at_chromium(playwright) as sitting:
        yield sitting


def _knows(revision: int) -> str:
    return f"states.at(-1)?.revision === {revision}"


def test_a_change_is_seen_within_a_second(server: PageServer, screen: ChromiumScreen) -> None:
    screen.open(server.url)
    screen.waits_until(LIVE)

    server.changes()

    screen.waits_until(_knows(2), within_s=1)
    assert screen.evaluate("() => states.map((state) => state.revision)") == [1, 2]


def test_where_sockets_are_blocked_the_page_polls(
    server: PageServer, playwright: Playwright
) -> None:
    with sitting_at_chromium(playwright, Person(web_sockets=False)) as screen:
        screen.open(server.url)
        screen.waits_until(_knows(1))

        server.changes()

        screen.waits_until(_knows(2), within_s=4)
        assert screen.evaluate(f"() => {LIVE}") is False
        assert screen.evaluate("() => troubles") == []


def test_when_the_socket_drops_the_page_polls(server: PageServer, screen: ChromiumScreen) -> None:
    wires: list[WebSocketRoute] = []

    def through(wire: WebSocketRoute) -> None:
        wires.append(wire)
        if len(wires) == 1:
            wire.connect_to_server()
        else:
            wire.close()

    screen.page.route_web_socket("**/*", through)
    screen.open(server.url)
    screen.waits_until(LIVE)

    wires[0].close()
    screen.waits_until(f"!{LIVE}")
    server.changes(nudging=False)

    screen.waits_until(_knows(2), within_s=4)


def test_a_board_reads_twice_a_second_however_often_it_is_nudged_and_misses_nothing(
    server: PageServer, screen: ChromiumScreen
) -> None:
    screen.open(f"{server.url}?rest=500")
    screen.waits_until(LIVE)
    screen.waits_until(_knows(1))
    time.sleep(0.6)
    before, began = server.reads, time.monotonic()

    for _ in range(30):
        server.changes()
        time.sleep(0.05)

    screen.waits_until(_knows(31), within_s=2)
    took = time.monotonic() - began
    assert server.reads - before <= 2 + took / 0.5


def test_a_burst_of_changes_is_read_one_at_a_time(
    server: PageServer, screen: ChromiumScreen
) -> None:
    screen.open(server.url)
    screen.waits_until(LIVE)
    server.slowness_s = 0.2
    before = server.reads

    for _ in range(30):
        server.changes()

    screen.waits_until(_knows(31), within_s=3)
    assert server.most_at_once == 1
    assert server.reads - before <= 4


def test_what_is_down_is_told_once_and_so_is_its_return(
    server: PageServer, screen: ChromiumScreen
) -> None:
    screen.inspector.expect("503")
    screen.open(server.url)
    screen.waits_until(LIVE)
    server.status = 503

    server.changes()
    screen.waits_until("troubles.length > 0")
    server.status = 200
    screen.waits_until("recoveries === 1")

    assert screen.evaluate("() => troubles") == ["realtime.offline"]
    screen.waits_until(_knows(2))


@pytest.mark.parametrize(("status", "code"), [(401, "realtime.signed_out"), (404, "realtime.gone")])
def test_when_it_is_over_the_page_is_told_and_asks_no_more(
    server: PageServer, screen: ChromiumScreen, status: int, code: str
) -> None:
    screen.inspector.expect(str(status))
    screen.open(server.url)
    screen.waits_until(LIVE)
    server.status = status

    server.changes()
    screen.waits_until("troubles.length > 0")
    reads = server.reads
    server.changes()
    screen.page.wait_for_timeout(2500)

    assert screen.evaluate("() => troubles") == [code]
    assert server.reads == reads


def test_a_page_that_stopped_is_told_nothing(server: PageServer, screen: ChromiumScreen) -> None:
    screen.open(server.url)
    screen.waits_until(_knows(1))

    screen.evaluate("() => nudges.disconnect()")
    server.changes()
    screen.page.wait_for_timeout(2500)

    assert screen.evaluate("() => states.length") == 1


def test_with_a_refused_ticket_the_page_still_polls(
    server: PageServer, screen: ChromiumScreen
) -> None:
    server.hub._secret = "the server was given another secret"
    screen.open(server.url)
    screen.waits_until(_knows(1))

    server.changes()
    started = time.monotonic()

    screen.waits_until(_knows(2), within_s=4)
    assert time.monotonic() - started < 4
    assert screen.evaluate(f"() => {LIVE}") is False


NOT_EAGER = """async () => {
  nudges.disconnect();
  const { Nudges } = await import("/static/js/lib/nudges.js");
  window.late = new Nudges({
    ticket: "", stateUrl: "/state", since: 1, eager: false, onState: (state) => states.push(state),
  });
  late.connect();
}"""


@pytest.mark.parametrize(("used", "within_s"), [("late.hurry()", 4), ("null", 7)])
def test_a_page_that_is_not_eager_asks_nothing_at_first(
    server: PageServer, screen: ChromiumScreen, used: str, within_s: float
) -> None:
    screen.open(server.url)
    screen.waits_until(LIVE)
    screen.evaluate(NOT_EAGER)
    reads = server.reads

    screen.page.wait_for_timeout(800)
    assert server.reads == reads
    server.changes()
    screen.evaluate(f"() => {used}")

    screen.waits_until(_knows(2), within_s=within_s)

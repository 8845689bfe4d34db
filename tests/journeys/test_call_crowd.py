"""Up to ten faces on any screen: all of them whole, none over another, each with its name.

The people are made up, the page and its scripts are the real ones: a call view is given a session
that says who is there, as a call's session does.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Playwright

from tests.builders.server_appointments import book
from tests.drivers.axe import assert_accessible
from tests.drivers.chromium import ChromiumScreen, Person, sitting_at_chromium
from tests.drivers.measures import assert_no_sideways_scroll
from tests.drivers.people import Agent
from tests.drivers.server import RunningServer

pytestmark = [pytest.mark.browser, pytest.mark.call]

SIZES = {"desktop": (1366, 768), "telephone": (360, 740), "smallest": (320, 568)}

_SEAT = """
async ({ others, shares }) => {
  const view = performance
    .getEntriesByType("resource")
    .map(({ name }) => name)
    .find((name) => name.includes("/call/view"));
  const { CallView } = await import(view);
  const names = ["Amina Diallo", "Bruno Lefèvre", "Marie-Antoinette de la Rochefoucauld"];
  const people = Array.from({ length: others }, (_, n) => ({
    participant: String(n), tracks: { audio: null, video: null },
    audio: n !== 2, video: n % 3 !== 1, pictures: true,
  }));
  const session = Object.assign(new EventTarget(), {
    state: "connected", others: people, media: { audio: true, video: true },
    tracks: { audio: null, video: null }, paused: { audio: false, video: false },
    screen: Object.assign(new EventTarget(), {
      isOurs: false, participant: shares ? "0" : "", track: null,
    }),
  });
  window.seated?.disconnect();
  document.querySelector("[data-part=ready]").hidden = true;
  document.querySelector("[data-part=call]").hidden = false;
  const named = people.map(({ participant }, n) => [participant, names[n % names.length]]);
  window.seated = new CallView(document.querySelector(".app-visio"), {
    session, names: Object.fromEntries(named),
  });
  window.seated.connect();
  session.dispatchEvent(new CustomEvent("speaking", { detail: { participants: ["0"] } }));
}
"""

_LOOK = """
() => [...document.querySelectorAll(".app-visio .app-face")].map((face) => {
  const { left, top, right, bottom } = face.getBoundingClientRect();
  const stage = document.querySelector(".app-visio__stage").getBoundingClientRect();
  const name = face.querySelector("[data-part=name]");
  return {
    left, top, right, bottom,
    isInside: left >= stage.left && right <= stage.right + 1 && bottom <= stage.bottom + 1,
    isNamed: name.checkVisibility() && name.getBoundingClientRect().width > 15,
  };
})
"""

Box = dict[str, float]


@pytest.fixture(scope="module")
def screen(playwright: Playwright, server: RunningServer) -> Iterator[ChromiumScreen]:
    """Léa's screen, on the page before an empty call."""
    with sitting_at_chromium(playwright, Person()) as screen:
        lea = Agent(screen, server)
        lea.signs_in()
        screen.open(f"{server.url}/agent/rendez-vous/{book(server).id}/visio")
        yield screen


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("people", [2, 3, 4, 6, 10])
def test_every_face_is_whole_and_named(screen: ChromiumScreen, people: int, size: str):
    seats(screen, size, others=people - 1)

    faces = screen.evaluate(_LOOK)

    assert len(faces) == people
    assert all(face["isInside"] and face["isNamed"] for face in faces), faces
    if people > 2:
        assert not overlapping(faces)
    assert_no_sideways_scroll(screen)


@pytest.mark.parametrize("size", SIZES)
def test_a_shared_screen_has_most_of_the_room(screen: ChromiumScreen, size: str):
    seats(screen, size, others=3, shares=True)

    shared, stage = (
        screen.evaluate(f"() => document.querySelector('{selector}').clientWidth")
        for selector in (".app-visio__screen", ".app-visio__stage")
    )

    assert shared > 0.7 * stage
    screen.sees("Écran partagé par Amina Diallo")
    assert_no_sideways_scroll(screen)


def test_ten_people_can_be_told_apart_by_everybody(screen: ChromiumScreen):
    seats(screen, "desktop", others=9)

    assert_accessible(screen)


def seats(screen: ChromiumScreen, size: str, *, others: int, shares: bool = False) -> None:
    """Seat so many others in the call on a screen of that size."""
    width, height = SIZES[size]
    screen.page.set_viewport_size({"width": width, "height": height})
    screen.evaluate(_SEAT, {"others": others, "shares": shares})


def overlapping(faces: list[Box]) -> list[tuple[Box, Box]]:
    """Return the pairs that lie over each other."""
    return [
        (one, other)
        for number, one in enumerate(faces)
        for other in faces[number + 1 :]
        if one["left"] < other["right"]
        and other["left"] < one["right"]
        and one["top"] < other["bottom"]
        and other["top"] < one["bottom"]
    ]

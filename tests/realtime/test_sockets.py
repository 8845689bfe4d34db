"""What a page's socket may send, how fast, and by when it must have joined."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import pytest
import socketio
import uvicorn

from kiosk.realtime import sockets, tickets
from kiosk.realtime.hub import SOCKETS, SOCKETS_PER_HOLDER, Hub
from kiosk.realtime.sockets import Grammar, Sockets, Verdict
from tests.drivers.ports import listening_socket
from tests.edge.attackers import HANDSHAKE, OPCODE_TEXT, Attacker

SECRET = "a secret that is long enough for tests"


@dataclass
class GuardedHub:
    """A running hub behind its guard; ``notes`` counts the sockets that were ended."""

    hub: Hub
    here: Attacker
    notes: Counter[str] = field(default_factory=Counter)


@asynccontextmanager
async def guarded_hub() -> AsyncIterator[GuardedHub]:
    hub, notes = Hub(SECRET), Counter[str]()
    hub.attach(asyncio.get_running_loop())

    def note(reason: str) -> None:
        notes[reason] += 1

    with listening_socket() as sock:
        application = Sockets(socketio.ASGIApp(hub.server), note=note)
        config = uvicorn.Config(application, lifespan="off", log_config=None, **SOCKETS)
        server = uvicorn.Server(config)
        serving = asyncio.create_task(server.serve(sockets=[sock]))
        while not server.started:
            await asyncio.sleep(0.01)
        try:
            address = f"http://127.0.0.1:{sock.getsockname()[1]}"
            yield GuardedHub(hub, Attacker(address), notes)
        finally:
            server.should_exit = True
            await serving
            await hub.close()


def ticket(*topics: str, holder: str = "") -> str:
    return tickets.issue(SECRET, topics or ["room:7"], holder=holder)


@pytest.mark.parametrize(
    ("text", "verdict"),
    [
        ("3", Verdict.PASS),
        ("41", Verdict.PASS),
        ("1", Verdict.PASS),
        ('40{"ticket":"x"}', Verdict.PASS),
        ("40", Verdict.PASS),
        ('42["typing",{}]', Verdict.IGNORE),
        ('4212["typing"]', Verdict.IGNORE),
        ("", Verdict.END),
        ("2", Verdict.END),
        ("2probe", Verdict.END),
        ("5", Verdict.END),
        ("4", Verdict.END),
        ("40/admin,{}", Verdict.END),
        ('451-["x",{"_placeholder":true,"num":0}]', Verdict.END),
        ('461-1["x",{"_placeholder":true,"num":0}]', Verdict.END),
        ("bAAAA", Verdict.END),
        ("42[", Verdict.END),
        ("42" + "9" * 400 + "[]", Verdict.END),
        ("40{" + "x" * 3000 + "}", Verdict.END),
    ],
)
def test_each_frame_of_a_page(text: str, verdict: Verdict) -> None:
    assert Grammar().read({"text": text}) is verdict


def test_bytes_end_a_socket_and_so_does_a_second_ticket() -> None:
    grammar = Grammar()

    assert grammar.read({"bytes": b"x", "text": None}) is Verdict.END
    assert grammar.read({"text": "40{}"}) is Verdict.PASS
    assert grammar.read({"text": "40{}"}) is Verdict.END


async def test_a_page_that_does_as_ours_is_nudged() -> None:
    async with guarded_hub() as running:
        page = await running.here.web_socket(HANDSHAKE + "&t=abc")
        joined = await page.join(ticket())

        running.hub.nudge({"room:7": 4})
        _, heard = await asyncio.wait_for(page.read(), 3)
        await page.drop()

    assert joined.startswith(b"40")
    assert heard == b'42["nudge",{"topic":"room:7","revision":4}]'
    assert running.notes == {}


async def test_a_malformed_frame_ends_its_own_socket_with_the_reason() -> None:
    async with guarded_hub() as running:
        bad, good = await running.here.web_socket(), await running.here.web_socket()
        await bad.join(ticket())
        await good.join(ticket())

        bad.send("4{not a packet")
        opcode, payload = await asyncio.wait_for(bad.read(), 3)
        running.hub.nudge({"room:7": 1})
        _, heard = await asyncio.wait_for(good.read(), 3)
        await asyncio.gather(bad.drop(), good.drop())

    assert (opcode, payload) == (8, (1008).to_bytes(2) + b"realtime.bad_frame")
    assert heard.startswith(b"42")
    assert running.notes == {"realtime.bad_frame": 1}


async def test_a_socket_that_never_joins_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sockets, "JOINED_WITHIN_S", 0.4)
    async with guarded_hub() as running:
        silent, refused = await running.here.web_socket(), await running.here.web_socket()
        answer = await refused.join("forged")
        joined = await running.here.web_socket()
        await joined.join(ticket())

        ended = await asyncio.gather(silent.until_closed(2), refused.until_closed(2))
        stays = not await joined.until_closed(0.8)
        await asyncio.gather(silent.drop(), refused.drop(), joined.drop())

    assert answer.startswith(b"44")
    assert ended == [True, True]
    assert stays
    assert running.notes == {"realtime.not_joined": 2}


async def test_frames_are_read_at_a_pace(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sockets, "FRAMES_BURST", 10.0)
    monkeypatch.setattr(sockets, "FRAMES_PER_S", 20.0)
    started = time.monotonic()
    async with guarded_hub() as running:
        page = await running.here.web_socket()
        await page.join(ticket())

        for _ in range(20):
            page.send('42["typing"]', OPCODE_TEXT)
        page.send("not a frame")
        ended = await page.until_closed(5)
        await page.drop()

    assert ended
    assert time.monotonic() - started > 0.4


async def test_a_page_that_goes_on_sending_too_fast_is_ended() -> None:
    async with guarded_hub() as running:
        page = await running.here.web_socket()
        await page.join(ticket())

        for _ in range(int(sockets.FRAMES_BURST) + sockets.FRAMES_LATE + 10):
            page.send('42["typing"]', OPCODE_TEXT)
        ended = await page.until_closed(6)
        await page.drop()

    assert ended
    assert running.notes == {"realtime.bad_frame": 1}


async def test_a_holder_has_a_few_sockets_and_gets_them_back() -> None:
    async with guarded_hub() as running:
        shown = [ticket(f"room:{number}", holder="visit:3") for number in range(10)]
        pages = [await running.here.web_socket() for _ in range(10)]
        answers = [await page.join(one) for page, one in zip(pages, shown, strict=True)]
        other = await running.here.web_socket()
        neighbour = await other.join(ticket(holder="visit:4"))
        await pages[0].drop()
        while len(running.hub._holders) > SOCKETS_PER_HOLDER:
            await asyncio.sleep(0.01)
        again = await running.here.web_socket()
        rejoined = await again.join(shown[0])
        await asyncio.gather(*(page.drop() for page in [*pages[1:], other, again]))
        async with asyncio.timeout(3):
            while running.hub._sockets_of:
                await asyncio.sleep(0.01)

    assert [one[:2] for one in answers] == [b"40"] * SOCKETS_PER_HOLDER + [b"44"] * 2
    assert b"realtime.too_many" in answers[-1]
    assert neighbour.startswith(b"40")
    assert rejoined.startswith(b"40")


@pytest.mark.parametrize(
    "path",
    [
        "/socket.io/?EIO=3&transport=websocket",
        "/socket.io/?EIO=4&transport=polling",
        HANDSHAKE + "&sid=abc",
        "/elsewhere?EIO=4&transport=websocket",
    ],
)
async def test_another_address_is_refused_before_it_is_accepted(path: str) -> None:
    async with guarded_hub() as running:
        with pytest.raises(ConnectionRefusedError):
            await running.here.web_socket(path)

    assert running.notes == {"realtime.bad_address": 1}


def test_a_ticket_of_before_names_no_holder() -> None:
    assert tickets.read(SECRET, ticket("room:7")).holder == ""
    assert tickets.read(SECRET, ticket("room:7", holder="visit:3")).holder == "visit:3"

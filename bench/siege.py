"""Attacks from one address, during a call: ``python -m bench.siege`` (``make siege``).

A server of its own on this machine, a call of two people through its media process, and one attack
after the other, each bounded in time and number. While each runs, pages are asked for one after the
other: 95 of 100 must come within a second, and the call must lose nothing. Loopback only.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import re
import sys
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path

from bench.noise import STEP_S, Talker
from kiosk.errors import MediaError
from kiosk.media.embedded import EmbeddedEngine
from kiosk.media.engine import CallRole
from kiosk.realtime import tickets
from tests.drivers.server import RunningServer, running_server
from tests.edge.attackers import Attacker, WebSocket, allow_many_sockets, frame, post
from tests.media.stage import until

PAGE_WITHIN_S = 1.0
PAGE_EVERY_S = 0.1
PAGES_LEAST = 10
"""Fewer say nothing about 95 of 100."""

GROWN_MOST_KB = 60_000
LOG_MOST_KB = 500

Attack = Callable[[Attacker, RunningServer, float], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Verdict:
    """What pages and the call met during one attack; times in seconds, ``lost`` in packets."""

    name: str
    pages: int
    failed: int
    p95: float
    lost: int
    packets: int
    grown_kb: int
    log_kb: int

    @property
    def wrong(self) -> list[str]:
        """What is wrong, in sentences."""
        found = [
            (self.pages < PAGES_LEAST, f"only {self.pages} pages were asked for"),
            (self.failed > 0, f"{self.failed} of {self.pages} pages did not come"),
            (self.p95 > PAGE_WITHIN_S, f"pages took {self.p95:.2f} s (p95)"),
            (self.lost > 0, f"the call lost {self.lost} packets"),
            (self.grown_kb > GROWN_MOST_KB, f"the web process grew by {self.grown_kb} kB"),
            (self.log_kb > LOG_MOST_KB, f"the log grew by {self.log_kb} kB"),
        ]
        return [f"{self.name}: {sentence}" for is_wrong, sentence in found if is_wrong]

    def __str__(self) -> str:
        return (
            f"{self.name:<28} {self.pages:>4} pages, p95 {1000 * self.p95:>5.0f} ms; call: "
            f"{self.lost} of {self.packets} packets lost; {self.grown_kb:+} kB; "
            f"log {self.log_kb:+} kB"
        )


async def unfinished_bodies(here: Attacker, _server: RunningServer, seconds: float) -> None:
    """Keep 200 requests open whose bodies never end."""
    async with here.idle(200, post("/rdv", length=1000).encode() + b"token="):
        await asyncio.sleep(seconds)


async def idle_sockets(here: Attacker, _server: RunningServer, seconds: float) -> None:
    """Open 1500 sockets and say nothing."""
    async with here.idle(1500):
        await asyncio.sleep(seconds)


async def slow_headers(here: Attacker, _server: RunningServer, seconds: float) -> None:
    """Send headers on 400 sockets, one a second and never the last."""
    async with here.idle(400, b"GET / HTTP/1.1\r\nHost: localhost\r\n") as pairs:
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            for _, writer in pairs:
                writer.write(b"X-More: 1\r\n")
            await asyncio.sleep(1)


async def sockets_that_never_join(here: Attacker, _server: RunningServer, seconds: float) -> None:
    """Open as many WebSockets as are given, and show no ticket."""
    await _with_sockets(here, 400, seconds, lambda _: None)


async def sockets_of_one_ticket(here: Attacker, server: RunningServer, seconds: float) -> None:
    """Show one ticket on 150 sockets, and again on each of them."""
    shown = tickets.issue(server.secret, ["room:1"])
    await _with_sockets(
        here, 150, seconds, lambda one: one.writer.write(frame(_ticket(shown), 1) * 2)
    )


async def attachments(here: Attacker, server: RunningServer, seconds: float) -> None:
    """Announce binary attachments and send them without end."""
    shown = tickets.issue(server.secret, ["room:2"])
    attack = frame(_ticket(shown), 1) + frame(b'451-["x",{"_placeholder":true,"num":0}]', 1)
    attack += frame(b"x" * 1500, 2) * 200
    await _with_sockets(here, 100, seconds, lambda one: one.writer.write(attack))


async def malformed_frames(here: Attacker, _server: RunningServer, seconds: float) -> None:
    """Send frames that no library writes, on one socket after the other."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        with contextlib.suppress(OSError):
            socket = await here.web_socket()
            socket.writer.write(frame(b"4{not a packet", 1) * 100)
            await socket.until_closed(1)
            await socket.drop()


async def events_without_end(here: Attacker, server: RunningServer, seconds: float) -> None:
    """Send well-formed events as fast as the network takes them."""
    shown = tickets.issue(server.secret, ["room:3"])
    attack = frame(_ticket(shown), 1) + frame(b'42["typing",{}]', 1) * 20_000
    await _with_sockets(here, 20, seconds, lambda one: one.writer.write(attack))


async def guesses(here: Attacker, _server: RunningServer, seconds: float) -> None:
    """Guess codes from one address, twenty at a time."""
    page = await here.page("/")
    found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page.body.decode())
    cookie = page.headers.get("set-cookie", "").partition(";")[0]
    token = found.group(1) if found else ""
    body = f"csrf_token={token}&code=563254373&password=tulipe-abcd"
    guess = post("/", length=len(body), more=f"Cookie: {cookie}\r\n") + body
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        tries = (here.ask(guess, within_s=10) for _ in range(20))
        await asyncio.gather(*tries, return_exceptions=True)
        await asyncio.sleep(0.2)


async def echo_offers(_here: Attacker, server: RunningServer, seconds: float) -> None:
    """Ask the media plane for 300 echo connections and answer none."""
    end = time.monotonic() + seconds
    engine = EmbeddedEngine(server.instance / "media.sock")
    for number in range(300):
        with contextlib.suppress(MediaError):
            await asyncio.to_thread(
                engine.join, f"echo-{number}", "siege", role=CallRole.ROBOT, echo=True
            )
    offer = await asyncio.to_thread(engine.join, "siege", "agent", role=CallRole.AGENT)
    await asyncio.to_thread(engine.leave, offer.peer)
    await asyncio.sleep(max(0.0, end - time.monotonic()))


ATTACKS: dict[str, Attack] = {
    "unfinished bodies": unfinished_bodies,
    "idle sockets": idle_sockets,
    "slow headers": slow_headers,
    "sockets that never join": sockets_that_never_join,
    "150 sockets of one ticket": sockets_of_one_ticket,
    "binary attachments": attachments,
    "malformed frames": malformed_frames,
    "events without end": events_without_end,
    "echo offers": echo_offers,
    "guesses from one address": guesses,
}


async def besiege(server: RunningServer, seconds: float) -> list[Verdict]:
    """Run every attack for ``seconds`` each."""
    engine = EmbeddedEngine(server.instance / "media.sock")
    people = [await Talker.joined(engine, "siege-call", name) for name in ("amina", "bruno")]
    await until(lambda: all(person.heard("layout")[-1:] for person in people))
    verdicts = []
    for name, attack in ATTACKS.items():
        verdict = await _during(name, attack, server, people, seconds)
        print(verdict, flush=True)  # noqa: T201 - what this command is for
        verdicts.append(verdict)
    for person in people:
        await person.close()
    return verdicts


async def _during(
    name: str, attack: Attack, server: RunningServer, people: list[Talker], seconds: float
) -> Verdict:
    here, memory, log = Attacker(server.url), _memory_kb(server.pid), len(server.said)
    for person in people:
        person.sent = 0
        person.arrived.clear()
    over = asyncio.Event()
    talking = asyncio.create_task(_talk(people, over))
    asking = asyncio.create_task(_ask_for_pages(here, over))
    await attack(here, server, seconds)
    over.set()
    times, failed = await asking
    await talking
    await asyncio.sleep(0.2)
    sent = sum(person.sent for person in people)
    arrived = sum(len(person.arrived) for person in people)
    times.sort()
    return Verdict(
        name=name,
        pages=len(times) + failed,
        failed=failed,
        p95=times[int(0.95 * (len(times) - 1))] if times else float("inf"),
        lost=max(0, sent - arrived),
        packets=sent,
        grown_kb=_memory_kb(server.pid) - memory,
        log_kb=(len(server.said) - log) // 1000,
    )


async def _talk(people: list[Talker], over: asyncio.Event) -> None:
    while not over.is_set():
        now = time.monotonic()
        for person in people:
            person.act(now)
        await asyncio.sleep(max(0.001, STEP_S - (time.monotonic() - now)))


async def _ask_for_pages(here: Attacker, over: asyncio.Event) -> tuple[list[float], int]:
    times, failed = [], 0
    while not over.is_set():
        try:
            answer = await here.page("/rdv", within_s=10)
            failed += answer.status != 200
            times.append(answer.took_s)
        except (OSError, TimeoutError, asyncio.IncompleteReadError):
            failed += 1
        await asyncio.sleep(PAGE_EVERY_S)
    return times, failed


async def _with_sockets(
    here: Attacker, count: int, seconds: float, act: Callable[[WebSocket], object]
) -> None:
    end, held = time.monotonic() + seconds, []
    try:
        for _ in range(count):
            if time.monotonic() > end:
                break
            with contextlib.suppress(OSError):
                held.append(await here.web_socket())
                act(held[-1])
        await asyncio.sleep(max(0.0, end - time.monotonic()))
    finally:
        await asyncio.gather(*(one.drop() for one in held))


def _ticket(shown: str) -> bytes:
    return f'40{{"ticket":"{shown}"}}'.encode()


def _memory_kb(pid: int) -> int:
    status = Path(f"/proc/{pid}/status").read_text()
    return int(status.partition("VmRSS:")[2].split()[0])


def main(arguments: list[str] | None = None) -> int:
    """Besiege a server once; status 1 when a page or the call suffered."""
    parser = argparse.ArgumentParser(prog="bench.siege", description=__doc__)
    parser.add_argument("--seconds", type=float, default=10.0, help="for each attack")
    options = parser.parse_args(arguments)
    allow_many_sockets()
    with running_server() as server:
        verdicts = asyncio.run(besiege(server, options.seconds))
    wrong = [sentence for verdict in verdicts for sentence in verdict.wrong]
    for sentence in wrong or ["pages and the call did not suffer"]:
        print(sentence)  # noqa: T201
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())

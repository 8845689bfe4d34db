"""A long run of the media process with joins and leaves: does its memory stay flat?

``python -m bench.soak`` (or ``make soak``) starts a media process of its own, keeps two-person
calls in it for an hour, replaces a participant every few seconds in one of the ways of leaving,
and samples the process into a file. The growth is the slope of a least-squares line through the
resident memory after the warm-up. ``--read FILE`` judges a run again, also one still going on.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import random
import sys
import tempfile
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path

from aiortc import RTCCertificate

from bench.callers import Caller
from bench.trend import Sample, look_at, read, summary, trend
from kiosk.errors import MediaError
from kiosk.media.embedded import EmbeddedEngine
from kiosk.media.engine import CallRole
from kiosk.media.supervisor import PlaneSupervisor

STEP_S = 0.010
SAMPLE_EVERY_S = 10.0
ANSWERED_WITHIN_S = 10.0
TRIES = 3
"""Tries of a join: our callers, unlike browsers, do not repeat a lost part of a handshake."""
ENDED_WITHIN_S = 100.0
"""By then the plane has ended even peers that vanished."""

MOST_KB_PER_HOUR = 4096
"""Growth of the resident memory in the last third beyond which the run has failed. The allocator
takes half an hour to find its size; a leak grows in the last third as it did in the first."""

WAYS = ("hang up", "leave", "vanish", "reload", "walk away", "turn back", "impostor")
"""Ways of leaving: DTLS close, by command, without any packet, replaced by a reload, an unanswered
offer, a prejoin without entering; and a participant with another certificate than announced."""


class Soak:
    """The calls, their participants, and the samples of the process."""

    def __init__(
        self,
        engine: EmbeddedEngine,
        *,
        calls: int,
        replace_every_s: float,
        ways: Sequence[str] = WAYS,
    ) -> None:
        self._engine = engine
        self._seats: list[Caller | None] = [None] * (2 * calls)
        self._replace_every_s = replace_every_s
        self._ways = ways
        self._dice = random.Random(3600)  # noqa: S311
        self._born = 0
        self._gone_sent = self._gone_received = 0
        self.joins = 0
        self.failed_joins = 0
        self.failures = 0
        """Joins and leaves that the process did not answer in time."""

    async def fill(self) -> None:
        """Have everybody join."""
        for seat in range(len(self._seats)):
            await self._seat(seat)

    async def run(self, seconds: float) -> None:
        """Keep the calls going, and replace one participant at a time; finish the last one."""
        until = time.monotonic() + seconds
        # Not cancelled: a participant in the middle of a join could not be made to hang up.
        replacing = asyncio.ensure_future(self._replace_until(until))
        while not replacing.done():
            now = time.monotonic()
            for caller in self._seats:
                if caller is not None:
                    caller.act(now)
            await asyncio.sleep(max(0.001, STEP_S - (time.monotonic() - now)))
        await replacing

    async def empty(self) -> None:
        """Have everybody hang up."""
        for seat, caller in enumerate(self._seats):
            self._seats[seat] = None
            if caller is not None:
                await self._forget(caller)

    def traffic(self) -> tuple[int, int]:
        """Return the packets sent and received by everybody so far."""
        there = [caller for caller in self._seats if caller is not None]
        return (
            self._gone_sent + sum(caller.sent for caller in there),
            self._gone_received + sum(caller.received for caller in there),
        )

    async def _replace_until(self, end: float) -> None:
        while (left := end - time.monotonic()) > 0:
            await asyncio.sleep(min(left, self._replace_every_s))
            seat = self._dice.randrange(len(self._seats))
            try:
                await self._replace(seat, self._dice.choice(self._ways))
            except (MediaError, TimeoutError):  # the process did not answer in time
                self.failures += 1

    async def _replace(self, seat: int, way: str) -> None:
        caller = self._seats[seat]
        if caller is None:
            await self._seat(seat)
            return
        if way in ("walk away", "turn back", "impostor"):
            await self._trouble(caller, way)
            return
        if way == "reload":
            self._seats[seat] = None
            await self._seat(seat, caller.name)
            await self._forget(caller, silently=True)
            return
        self._seats[seat] = None
        if way == "leave":
            await asyncio.to_thread(self._engine.leave, caller.id)
        await self._forget(caller, silently=way == "vanish")
        await self._seat(seat)

    async def _trouble(self, beside: Caller, way: str) -> None:
        self._born += 1
        offer = await asyncio.to_thread(
            self._engine.join,
            beside.room,
            f"stranger-{self._born}",
            role=CallRole.ROBOT,
            ahead=way == "turn back",
        )
        stranger = Caller(offer.peer, offer.sdp, beside.room, "stranger")
        await asyncio.wait_for(stranger.prove_address(), ANSWERED_WITHIN_S)
        if way != "walk away":
            shown = RTCCertificate.generateCertificate() if way == "impostor" else None
            answer = stranger.answer(certificate=shown)
            await asyncio.to_thread(self._engine.answer, stranger.id, answer)
            with suppress(TimeoutError):
                await asyncio.wait_for(stranger.shake_hands(), 5)
        stranger.vanish()
        await stranger.close()

    async def _seat(self, seat: int, name: str | None = None) -> None:
        self._born += 1
        self.joins += 1
        name = name or f"person-{self._born}"
        for _ in range(TRIES):
            with suppress(TimeoutError):
                self._seats[seat] = await asyncio.wait_for(
                    Caller.joined(self._engine, f"call-{seat // 2}", name), ANSWERED_WITHIN_S
                )
                return
        self.failed_joins += 1

    async def _forget(self, caller: Caller, *, silently: bool = False) -> None:
        self._gone_sent += caller.sent
        self._gone_received += caller.received
        if silently:
            caller.vanish()
        await caller.close()


async def watch(
    soak: Soak, process: int, engine: EmbeddedEngine, file: Path, every_s: float
) -> None:
    """Write a sample into ``file`` every ``every_s`` seconds, for ever."""
    start = time.monotonic()
    with file.open("w") as out:
        while True:
            health = await asyncio.to_thread(engine.health)
            rss, threads, descriptors, cpu_s = look_at(process)
            sent, received = soak.traffic()
            sample = Sample(
                at=round(time.monotonic() - start, 1),
                rss=rss,
                threads=threads,
                descriptors=descriptors,
                cpu_s=round(cpu_s, 2),
                peers=health.peers,
                rooms=health.rooms,
                packets_in=health.packets_in,
                packets_out=health.packets_out,
                dropped=health.packets_dropped,
                sent=sent,
                received=received,
                joins=soak.joins,
            )
            out.write(json.dumps(asdict(sample)) + "\n")
            out.flush()
            await asyncio.sleep(every_s)


async def soak_for(
    seconds: float,
    file: Path,
    *,
    calls: int,
    every_s: float,
    ways: Sequence[str] = WAYS,
    sample_every_s: float = SAMPLE_EVERY_S,
) -> list[str]:
    """Do the whole run; return what went wrong, apart from memory, in sentences."""
    with tempfile.TemporaryDirectory() as folder:
        socket = Path(folder) / "media.sock"
        plane = PlaneSupervisor(socket_path=socket, udp_port=0, addresses=("127.0.0.1",))
        await plane.start()
        engine = EmbeddedEngine(socket)
        soak = Soak(engine, calls=calls, replace_every_s=every_s, ways=ways)
        assert plane.worker is not None
        watching = asyncio.ensure_future(watch(soak, plane.worker, engine, file, sample_every_s))
        try:
            await soak.fill()
            await soak.run(seconds)
            watching.cancel()
            await soak.empty()
            left = await _left_over(engine)
        finally:
            watching.cancel()
            await plane.stop()
    wrong = []
    if plane.restarts:
        wrong.append(f"the media process ended {plane.restarts} times")
    if soak.failed_joins:
        wrong.append(f"{soak.failed_joins} of {soak.joins} joins failed")
    if soak.failures:
        wrong.append(f"{soak.failures} commands were not answered in time")
    if left:
        wrong.append(f"{left} peers or rooms are still there after everybody has left")
    if watching.done() and not watching.cancelled() and watching.exception():
        wrong.append(f"sampling stopped: {watching.exception()!r}")
    return wrong


async def _left_over(engine: EmbeddedEngine) -> int:
    limit = time.monotonic() + ENDED_WITHIN_S
    while True:
        health = await asyncio.to_thread(engine.health)
        if not health.peers + health.rooms or time.monotonic() > limit:
            return health.peers + health.rooms
        await asyncio.sleep(0.5)


def main(arguments: list[str] | None = None) -> int:
    """Run, or read a run; status 1 when memory grows or anything is left behind."""
    parser = argparse.ArgumentParser(prog="bench.soak", description=__doc__)
    parser.add_argument("--minutes", type=float, default=60)
    parser.add_argument("--warm-up", type=float, default=10, help="minutes not judged")
    parser.add_argument("--calls", type=int, default=20)
    parser.add_argument("--every", type=float, default=3, help="seconds between two departures")
    parser.add_argument("--samples", type=Path, default=Path("build/soak.jsonl"))
    parser.add_argument("--read", type=Path, help="judge the samples of an earlier run")
    options = parser.parse_args(arguments)
    wrong: list[str] = []
    if options.read is None:
        options.samples.parent.mkdir(parents=True, exist_ok=True)
        wrong = asyncio.run(
            soak_for(
                60 * options.minutes, options.samples, calls=options.calls, every_s=options.every
            )
        )
    samples = read(options.read or options.samples)
    found = trend(samples, warm_up_s=60 * options.warm_up)
    late = trend(samples, warm_up_s=samples[-1].at * 2 / 3)
    print(summary(samples, found))  # noqa: T201 - what this command is for
    print(f"in the last third {late.per_hour:+.0f} kB/hour (standard error {late.error:.0f})")  # noqa: T201
    if late.per_hour > MOST_KB_PER_HOUR:
        wrong.append(f"memory still grows by more than {MOST_KB_PER_HOUR} kB an hour")
    for sentence in wrong:
        print(f"FAILED: {sentence}")  # noqa: T201
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())

"""A call during noise: ``python -m bench.noise`` (``make noise``) prints a verdict.

Two people talk through a media process while unknown addresses send 50 000 datagrams a second to
its port. The process has one core; noise and people share another. A packet that one person sent
and the other did not get is lost; nothing is repeated.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import sys
import tempfile
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from bench.callers import CONSENT_EVERY_S, Caller
from bench.trend import look_at
from kiosk.media.embedded import EmbeddedEngine
from kiosk.media.supervisor import PlaneSupervisor
from tests.media.stage import until

STEP_S = 0.010
SETTLE_S = 1.0
MOST_LOST = 0.01
MOST_KB = 2048


@dataclass(frozen=True, slots=True)
class Verdict:
    """Shares are of 1; ``noise`` is what reached the process a second, ``sent_noise`` what left."""

    lost: float
    packets: int
    sent_noise: float
    noise: float
    cpu: float
    grown_kb: int
    peers: int
    restarts: int

    @property
    def wrong(self) -> list[str]:
        """What is wrong, in sentences."""
        found = [
            (self.lost >= MOST_LOST, f"the call lost {100 * self.lost:.2f} %"),
            (self.grown_kb > MOST_KB, f"the process grew by {self.grown_kb} kB"),
            (self.peers != 2, f"{self.peers} peers are known instead of 2"),
            (self.restarts > 0, "the process ended"),
        ]
        return [sentence for is_wrong, sentence in found if is_wrong]

    def __str__(self) -> str:
        return (
            f"noise {self.sent_noise:,.0f}/s sent, {self.noise:,.0f}/s read; of {self.packets:,} "
            f"packets {100 * self.lost:.3f} % lost; {100 * self.cpu:.0f} % of a core; "
            f"{self.grown_kb:+,} kB; {self.peers} peers"
        )


class Talker(Caller):
    """A caller of which every packet is counted: none is lost on purpose, none repeated."""

    def __init__(self, peer_id: str, offer: str, room: str, name: str) -> None:
        super().__init__(peer_id, offer, room, name)
        self.arrived: set[tuple[int, int]] = set()

    def act(self, now: float) -> None:
        """Send sound, picture and checks; send no reports."""
        self._report_at = now
        super().act(now)

    def _lost_on_the_way(self) -> bool:
        return False

    def _received(self, data: bytes) -> None:
        super()._received(data)
        if len(data) >= 12 and 128 <= data[0] < 192 and not 192 <= data[1] <= 223:
            self.arrived.add((data[1] & 0x7F, int.from_bytes(data[2:4])))


async def measure(rate: int, seconds: float, *, pinned: bool) -> Verdict:
    """Have two people talk for ``seconds`` under ``rate`` datagrams of noise a second."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "media.sock"
        plane = PlaneSupervisor(socket_path=path, udp_port=0, addresses=("127.0.0.1",))
        await plane.start()
        worker = plane.worker
        assert worker is not None
        _pin(worker, 0, pinned=pinned)
        _pin(0, 1, pinned=pinned)
        engine = EmbeddedEngine(path)
        people = [await Talker.joined(engine, "room", name) for name in ("amina", "bruno")]
        await until(lambda: all(person.heard("layout")[-1:] for person in people))
        source = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "bench.noise_source", people[0].server[0]),
            *(str(people[0].server[1]), str(rate), str(seconds + 2 * SETTLE_S)),
            stdout=asyncio.subprocess.PIPE,
        )
        before = engine.health()
        await _talk(people, SETTLE_S)  # the noise is there, the call is going
        for person in people:
            person.sent = 0
            person.arrived.clear()
        start, (rss, _, _, cpu) = time.monotonic(), look_at(worker)
        read = (await asyncio.to_thread(engine.health)).packets_in
        await _talk(people, seconds)
        lasted = time.monotonic() - start
        await asyncio.sleep(0.2)
        health = await asyncio.to_thread(engine.health)
        rss_after, _, _, cpu_after = look_at(worker)
        taken = int((await source.communicate())[0])
        sent, arrived = sum(p.sent for p in people), sum(len(p.arrived) for p in people)
        for person in people:
            await person.close()
        await plane.stop()
    return Verdict(
        lost=max(0.0, 1 - arrived / sent),
        packets=sent,
        sent_noise=taken / (seconds + 2 * SETTLE_S),
        noise=(health.packets_in - read - sent) / lasted,
        cpu=(cpu_after - cpu) / lasted,
        grown_kb=rss_after - rss,
        peers=health.peers,
        restarts=plane.restarts + (before.instance != health.instance),
    )


async def _talk(people: list[Talker], seconds: float) -> None:
    until_s = time.monotonic() + seconds
    while (now := time.monotonic()) < until_s:
        for person in people:
            person.act(now)
        await asyncio.sleep(max(0.001, STEP_S - (time.monotonic() - now)))


def _pin(process: int, core: int, *, pinned: bool) -> None:
    if pinned and core in os.sched_getaffinity(0) | {core}:
        with suppress(OSError):
            os.sched_setaffinity(process, {core})


def main(arguments: list[str] | None = None) -> int:
    """Measure once; status 1 when the call has lost too much."""
    parser = argparse.ArgumentParser(prog="bench.noise", description=__doc__)
    parser.add_argument("--rate", type=int, default=50_000, help="datagrams a second")
    parser.add_argument("--seconds", type=float, default=10 * CONSENT_EVERY_S)
    options = parser.parse_args(arguments)
    verdict = asyncio.run(measure(options.rate, options.seconds, pinned=True))
    print(verdict)  # noqa: T201 - what this command is for
    for sentence in verdict.wrong or ["the call did not suffer"]:
        print(sentence)  # noqa: T201
    return 1 if verdict.wrong else 0


if __name__ == "__main__":
    sys.exit(main())

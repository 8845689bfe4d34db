"""Runs the same work on both servers in turn, several times, and repeats disturbed runs."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from statistics import median

from bench.lab import Lab
from bench.load.run import Reading
from bench.load.session import janus, ours, session

FEWEST = 3
MORE = 2


@dataclass(frozen=True, slots=True)
class Work:
    """A number of rooms, and of people in each."""

    rooms: int
    people: int


@dataclass(frozen=True, slots=True)
class Taken:
    """A reading, and the server's growth in bytes for each participant."""

    reading: Reading
    bytes_per_participant: float


@dataclass(frozen=True, slots=True)
class Pair:
    """Two readings taken one after the other."""

    ours: Taken
    janus: Taken

    @property
    def quiet(self) -> bool:
        """Whether both were undisturbed."""
        return self.ours.reading.disturbance.quiet and self.janus.reading.disturbance.quiet


@dataclass(frozen=True, slots=True)
class Pairs:
    """All pairs of one work that count."""

    pairs: tuple[Pair, ...]

    def each(self, of: Callable[[Taken], float]) -> tuple[list[float], list[float]]:
        """Return that figure of every pair: ours, Janus's."""
        return [of(pair.ours) for pair in self.pairs], [of(pair.janus) for pair in self.pairs]

    @property
    def remark(self) -> str:
        """A remark on what disturbed the pairs, or nothing."""
        disturbances = [
            one.reading.disturbance for pair in self.pairs for one in (pair.ours, pair.janus)
        ]
        if all(one.quiet for one in disturbances):
            return ""
        others = median(one.others + one.stolen for one in disturbances)
        return f"others used {others:.0%} of a core meanwhile"


def take(lab: Lab, work: Work) -> Pairs:
    """Return the pairs of ``work``; taken once, for all rows that need them.

    For noisy pairs a few more are taken; if then fewer than three were quiet, all count.
    """
    return lab.once(work, lambda: asyncio.run(_take(lab, work)))


async def _take(lab: Lab, work: Work) -> Pairs:
    pairs: list[Pair] = []
    for number in range(lab.repeats + MORE):
        quiet = sum(pair.quiet for pair in pairs)
        if quiet >= lab.repeats or (lab.quick and pairs):
            break
        our, their = await _both(lab, work, ours_first=number % 2 == 0)
        pairs.append(Pair(our, their))
        lab.say(f"  {work}: {_short(our.reading)} | Janus {_short(their.reading)}")
    good = [pair for pair in pairs if pair.quiet]
    return Pairs(tuple(good if len(good) >= FEWEST else pairs))


async def _both(lab: Lab, work: Work, *, ours_first: bool) -> tuple[Taken, Taken]:
    # The order alternates, so that neither server always runs after the other.
    first, second = (ours, janus) if ours_first else (janus, ours)
    found = {}
    for server in (first, second):
        async with session(lab, server, people=work.people) as one:
            await one.open(work.rooms)
            reading = await one.run()
            found[server] = Taken(reading, one.bytes_per_participant)
    return found[ours], found[janus]


def _short(reading: Reading) -> str:
    return (
        f"{reading.cpu_us:.1f} µs, {reading.p50_ms:.2f} / {reading.p99_ms:.2f} ms, "
        f"lost {reading.lost:.2%}, late {reading.late_ms:.1f} ms"
    )

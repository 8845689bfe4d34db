"""How many two-person calls one core carries before the first packet is lost."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from bench.lab import Lab
from bench.load.run import Reading
from bench.load.session import ours, session
from bench.results import Result

FIRST, STEP, LAST = 60, 20, 200
QUICK_LAST = 60
SECONDS = 5.0
TRIES = 2
"""A step counts as failed when it loses packets this often in a row: one loss is no limit."""

GENERATOR_LATE_MS = 20.0
"""Beyond, the generator on the other core is the limit, and the result says little of ours."""


@dataclass(frozen=True, slots=True)
class Found:
    """The most calls without loss, that step's reading, and what ended the climb."""

    calls: int
    best: Reading | None
    ended_by: str


def measure(lab: Lab) -> list[Result]:
    """Add calls until packets are lost; report the last step that lost none."""
    found = asyncio.run(_climb(lab))
    used = f"at {found.best.core:.0%} of the core; " if found.best else ""
    return [
        Result(
            "two-person calls on one core without loss (640x480, 1 Mbit/s)",
            found.calls,
            "calls",
            must=60,
            aim=120,
            more_is_better=True,
            remark=used + found.ended_by,
        )
    ]


async def _climb(lab: Lab) -> Found:
    calls, best = 0, None
    async with session(lab, ours, people=2) as one:
        for wanted in range(FIRST, (QUICK_LAST if lab.quick else LAST) + 1, STEP):
            await one.open(wanted - one.participants // 2)
            for _ in range(TRIES):
                reading = await one.run(SECONDS)
                lab.say(
                    f"  {wanted} calls: {reading.core:.0%} of a core, lost {reading.lost:.3%}, "
                    f"p99 {reading.p99_ms:.1f} ms, generator late {reading.late_ms:.1f} ms"
                )
                if reading.lost <= 0:
                    break
            if reading.lost > 0:
                return Found(calls, best, _why(wanted, reading))
            calls, best = wanted, reading
    return Found(calls, best, "no more were tried")


def _why(calls: int, reading: Reading) -> str:
    ended = f"{calls} calls lost {reading.lost:.2%} at {reading.core:.0%} of the core"
    if reading.late_ms > GENERATOR_LATE_MS:
        ended += f", but there the generator was {reading.late_ms:.0f} ms late: it is the limit"
    return ended

"""The cost of forwarding a packet in two-person calls."""

from __future__ import annotations

from bench.lab import Lab
from bench.load.pairs import Work, take
from bench.results import Result, ratio

TEN_CALLS = Work(rooms=10, people=2)


def measure(lab: Lab) -> list[Result]:
    """Ten calls, ours : Janus."""
    pairs = take(lab, TEN_CALLS)
    ours, theirs = pairs.each(lambda taken: taken.reading.cpu_us)
    return [
        ratio(
            "CPU per forwarded packet, 10 two-person calls",
            ours,
            theirs,
            reading_unit="µs",
            must=0.85,
            aim=0.65,
            remark=pairs.remark,
        )
    ]

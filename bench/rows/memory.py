"""The server's memory for each participant, packet caches included."""

from __future__ import annotations

from statistics import median

from bench.lab import Lab
from bench.load.pairs import take
from bench.results import Result
from bench.rows.calls_cpu import TEN_CALLS


def measure(lab: Lab) -> list[Result]:
    """Ten calls after their run: growth of the resident memory in MB, by twenty people."""
    pairs = take(lab, TEN_CALLS)
    ours, theirs = pairs.each(lambda taken: taken.bytes_per_participant / 1e6)
    return [
        Result(
            "memory per participant",
            round(median(ours), 2),
            "MB",
            must=1.5,
            aim=0.8,
            reading_unit="MB",
            ours=tuple(ours),
            theirs=tuple(theirs),
            peer="Janus",
        )
    ]

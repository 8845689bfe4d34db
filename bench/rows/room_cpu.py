"""The cost of forwarding a packet in a full room, where each packet is sent nine times."""

from __future__ import annotations

from bench.lab import Lab
from bench.load.pairs import Work, take
from bench.results import Result, ratio

FULL_ROOM = Work(rooms=1, people=10)


def measure(lab: Lab) -> list[Result]:
    """One room of ten, ours : Janus with one connection down for all feeds (multistream)."""
    pairs = take(lab, FULL_ROOM)
    ours, theirs = pairs.each(lambda taken: taken.reading.cpu_us)
    return [
        ratio(
            "CPU per forwarded packet, one room of 10",
            ours,
            theirs,
            reading_unit="µs",
            must=0.65,
            aim=0.45,
            remark=pairs.remark,
        )
    ]

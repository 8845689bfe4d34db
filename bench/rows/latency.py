"""The delay of a packet through the server, both loopback hops included."""

from __future__ import annotations

from bench.lab import Lab
from bench.load.pairs import take
from bench.results import Result, ratio
from bench.rows.calls_cpu import TEN_CALLS


def measure(lab: Lab) -> list[Result]:
    """Ten calls, ours : Janus, for the usual packet and for the slowest in a hundred."""
    pairs = take(lab, TEN_CALLS)
    middle = pairs.each(lambda taken: taken.reading.p50_ms)
    slow = pairs.each(lambda taken: taken.reading.p99_ms)
    work, remark = "added latency at 10 calls", pairs.remark
    return [
        ratio(f"{work}, p50", *middle, reading_unit="ms", must=1.0, aim=0.7, remark=remark),
        ratio(f"{work}, p99", *slow, reading_unit="ms", must=1.2, aim=0.8, remark=remark),
    ]

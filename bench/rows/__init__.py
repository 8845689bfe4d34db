"""The rows of the table: a module each, with a ``measure(lab)`` that returns its results.

Here are only their names, in groups that can be asked for alone: ``python -m bench pages``.
"""

from __future__ import annotations

from collections.abc import Callable

from bench.lab import Lab
from bench.results import Result
from bench.rows import (
    arrivals,
    bad_weather,
    calls_cpu,
    capacity,
    join,
    latency,
    memory,
    pages,
    printing,
    real_call,
    recovery,
    room_cpu,
    third,
)

Measure = Callable[[Lab], list[Result]]

GROUPS: dict[str, dict[str, Measure]] = {
    "pages": {"weight": pages.measure, "arrivals": arrivals.measure},
    "media": {
        "calls_cpu": calls_cpu.measure,
        "room_cpu": room_cpu.measure,
        "latency": latency.measure,
        "printing": printing.measure,
        "memory": memory.measure,
        "capacity": capacity.measure,
    },
    "calls": {
        "cost": real_call.measure,
        "weather": bad_weather.measure,
        "join": join.measure,
        "third": third.measure,
        "recovery": recovery.measure,
    },
}

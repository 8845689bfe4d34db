"""One run of a load through a server: its cost, latencies, and losses."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from bench.load.disturbance import Disturbance, Watch
from bench.load.packets import Stream, make_load
from bench.load.seats import Cast
from bench.load.tracing import latencies
from bench.processes import ServerProcess

SETTLE_S = 1.0
"""From the first packet to the beginning of the measurement."""

LATECOMERS_S = 0.5
BEGIN_IN_NS = 50_000_000


@dataclass(frozen=True, slots=True)
class Reading:
    """The result of one run.

    ``cpu_us`` is the server's processor time per forwarded packet, ``core`` its share of a core;
    ``p50_ms`` and ``p99_ms`` are from before the sender's system call to the kernel's timestamp at
    the receiver. ``lost`` is the share of all packets that never came; ``late_ms`` is by how much
    the generator itself was behind its schedule (99th percentile): beyond some ms it is the limit.
    """

    cpu_us: float
    core: float
    p50_ms: float
    p99_ms: float
    packets_per_s: float
    lost: float
    late_ms: float
    traced: float
    disturbance: Disturbance


async def run(
    cast: Cast, process: ServerProcess, streams: Sequence[Stream], *, people: int, seconds: float
) -> Reading:
    """Send ``seconds`` of ``streams`` in rooms of ``people`` and measure after the first second."""
    # In threads, like the tracing: participants must go on renewing their ICE consent.
    load = await asyncio.to_thread(make_load, streams, SETTLE_S + seconds)
    cast.mill.begin()
    cast.samples.clear()
    begin = time.time_ns() + BEGIN_IN_NS
    sending = asyncio.create_task(cast.mill.send(begin, load.departures, load.packets))
    await asyncio.sleep(SETTLE_S)
    watch, cpu_before, since = Watch(process), process.cpu_ns(), time.time_ns()
    await sending
    cpu_ns, until, disturbance = process.cpu_ns() - cpu_before, time.time_ns(), watch.seen()
    await asyncio.sleep(LATECOMERS_S)
    arrivals = cast.mill.arrivals()
    took = await asyncio.to_thread(
        latencies, load, arrivals, cast.samples, lambda number, data: cast[number].reveal(data)
    )
    within = (arrivals["at"] >= since) & (arrivals["at"] <= until)
    traced = took[within & (took >= 0)] / 1e6
    sent = load.departures["sent"]
    late = (sent - begin - load.departures["due"])[sent >= since] / 1e6
    expected = len(load.departures) * (people - 1)
    return Reading(
        cpu_us=cpu_ns / 1000 / max(1, int(within.sum())),
        core=cpu_ns / (until - since),
        p50_ms=float(np.percentile(traced, 50)),
        p99_ms=float(np.percentile(traced, 99)),
        packets_per_s=float(within.sum()) / (until - since) * 1e9,
        lost=1 - len(arrivals) / expected,
        late_ms=float(np.percentile(late, 99)),
        traced=len(traced) / max(1, int(within.sum())),
        disturbance=disturbance,
    )

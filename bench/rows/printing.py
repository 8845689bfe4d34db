"""Latency of speech while our printing worker makes PDFs on the same core without a pause."""

from __future__ import annotations

import asyncio
import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from statistics import median

from bench.lab import Lab
from bench.load.run import Reading
from bench.load.session import ours, session
from bench.results import Result
from bench.rows.calls_cpu import TEN_CALLS
from kiosk.printing.document import Job
from kiosk.printing.worker import Press

PARAGRAPHS = 60
"""About as much as a guide; a card has less."""


def measure(lab: Lab) -> list[Result]:
    """Ten calls while a PDF is always being made on the server's core."""
    readings = [asyncio.run(_read(lab)) for _ in range(lab.repeats)]
    slow = [reading.p99_ms for reading in readings]
    return [
        Result(
            "added latency p99 while PDFs are made on the same core",
            round(median(slow), 2),
            "ms",
            must=2.0,
            aim=0.5,
            reading_unit="ms",
            ours=tuple(slow),
        )
    ]


async def _read(lab: Lab) -> Reading:
    async with session(lab, ours, people=TEN_CALLS.people) as one:
        await one.open(TEN_CALLS.rooms)
        with _printing(lab.server_core) as printed:
            reading = await one.run()
        if printed() == 0:
            raise RuntimeError("nothing was printed meanwhile")
        lab.say(f"  p99 {reading.p99_ms:.2f} ms while {printed()} PDFs were made")
        return reading


@contextmanager
def _printing(core: int) -> Iterator[Callable[[], int]]:
    """Print on ``core`` without a pause; yields what counts the documents."""
    press, done, enough = Press(), [0], threading.Event()
    text = "<p>" + "Une phrase de guide, ni courte ni longue, avec sa ponctuation. " * 4
    job = Job(f'<html lang="fr"><title>Guide</title><h1>Guide</h1>{text * PARAGRAPHS}</html>')
    press.render(job)
    assert press.pid is not None
    os.sched_setaffinity(press.pid, {core})
    # Where the bench itself goes before others (--urgent), the press has inherited that.
    os.sched_setscheduler(press.pid, os.SCHED_OTHER, os.sched_param(0))

    def print_on() -> None:
        while not enough.is_set():
            press.render(job)
            done[0] += 1

    thread = threading.Thread(target=print_on, daemon=True)
    thread.start()
    try:
        yield lambda: done[0]
    finally:
        enough.set()
        thread.join()
        press.stop()

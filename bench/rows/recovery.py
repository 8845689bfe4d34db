"""The media process is killed during a call: how long until both see and hear again.

Through the real pages, which nobody touches. From the signal (SIGKILL) until the later of the two
has a picture and a sound of the other on a fresh connection.
"""

from __future__ import annotations

import os
import signal
import time
from statistics import median

from playwright.sync_api import sync_playwright

from bench.calls.appointment import appointment
from bench.lab import Lab
from bench.results import Result
from tests.builders.server_appointments import book
from tests.drivers.server import running_server
from tests.journeys.conftest import meet

STEADY_S = 6.0
"""Between two kills, so that both have recovered before the next."""


def measure(lab: Lab) -> list[Result]:
    """Kill it again and again in one call."""
    readings: list[float] = []
    with (
        running_server() as server,
        sync_playwright() as playwright,
        appointment(playwright, server) as two,
    ):
        server.expect_error("media.fell")
        meet(two.citizen, two.agent, book(server))
        for reception in two.receptions:
            reception.begins()
        for _ in range(lab.repeats):
            time.sleep(STEADY_S)
            killed_ms = time.time() * 1000
            os.kill(server.media_process, signal.SIGKILL)
            back_ms = max(one.is_back_ms(since_ms=killed_ms) for one in two.receptions)
            readings.append(round((back_ms - killed_ms) / 1000, 2))
            lab.say(f"back after {readings[-1]} s")
        two.agent.hangs_up()
    return [
        Result(
            "media process killed: until both see and hear each other again",
            median(readings),
            "s",
            must=3.0,
            reading_unit="s",
            ours=tuple(readings),
            remark="nobody touched a page; the later of the two counts",
        )
    ]

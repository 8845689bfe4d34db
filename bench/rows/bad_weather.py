"""A call through the real pages on a bad line: pictures, freezes and silences.

Both people's lines, both ways, by the relay of our own (``tests/drivers/weather.py``, decision
0094); the film is the lively room, the voices are unbroken tones.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from statistics import median

from playwright.sync_api import sync_playwright

from bench.calls.appointment import appointment
from bench.lab import Lab
from bench.results import Result
from tests.builders.server_appointments import book
from tests.drivers.reception import Received, Reception
from tests.drivers.server import running_server
from tests.drivers.weather import CALM, Line, Weather, line_to
from tests.journeys.conftest import meet

LOSSY = Weather(loss=0.03)
STORMY = Weather(loss=0.10, jitter_ms=100)
SETTLE_S, LOOK_S = 4.0, 10.0
QUICK_S = 4.0
MOST_LOOKS = 3


def measure(lab: Lab) -> list[Result]:
    """Have one call, first on a lossy line, then on a stormy one."""
    with (
        running_server() as server,
        line_to(server.media_address) as line,
        sync_playwright() as playwright,
        appointment(playwright, server, line) as two,
    ):
        meet(two.citizen, two.agent, book(server))
        lossy = _endure(lab, line, LOSSY, two.receptions)
        stormy = _endure(lab, line, STORMY, two.receptions)
        line.becomes(CALM)
        two.agent.hangs_up()
    return [*_lossy(lossy), *_stormy(stormy)]


def _endure(
    lab: Lab, line: Line, weather: Weather, receptions: Sequence[Reception]
) -> list[Received]:
    line.becomes(weather)
    time.sleep(SETTLE_S)
    found: list[Received] = []
    for _ in range(min(lab.repeats, MOST_LOOKS)):
        for reception in receptions:
            reception.begins()
        time.sleep(QUICK_S if lab.quick else LOOK_S)
        found += [reception.so_far() for reception in receptions]
    lab.say(f"{weather}: " + ", ".join(f"{each.fps:.0f} fps" for each in found))
    return found


def _lossy(found: list[Received]) -> list[Result]:
    work = "3 % random loss both ways, both lines"
    fps = tuple(round(each.fps) for each in found)
    freezes = tuple(each.freezes for each in found)
    return [
        Result(
            f"{work}: picture",
            min(fps),
            "fps",
            must=25,
            aim=30,
            more_is_better=True,
            reading_unit="fps",
            ours=fps,
            remark=f"{found[-1].width} x {found[-1].height}; the worst reading counts",
        ),
        Result(
            f"{work}: freezes",
            median(freezes),
            "in 10 s",
            must=0,
            ours=freezes,
            remark="as Chromium counts them, which a processor busy elsewhere makes too",
        ),
    ]


def _stormy(found: list[Received]) -> list[Result]:
    work = "10 % loss and 100 ms jitter both ways, both lines"
    silence = tuple(round(each.longest_silence, 2) for each in found)
    stood = tuple(round(each.longest_picture, 2) for each in found)
    concealed = max(each.concealed for each in found)
    slowest = min(each.fps for each in found)
    return [
        Result(
            f"{work}: longest silence",
            max(silence),
            "s",
            must=0.5,
            reading_unit="s",
            ours=silence,
            remark=f"up to {100 * concealed:.0f} % of the sound was filled in by the browser",
        ),
        Result(
            f"{work}: longest a picture stood still",
            max(stood),
            "s",
            must=1.0,
            reading_unit="s",
            ours=stood,
            remark=f"at least {slowest:.0f} fps",
        ),
    ]

"""The cost of a call of two real browsers to a server: ours, Janus, and one that decodes.

Two tabs of one Chromium, 640 x 480, 30 pictures a second, up to 1 Mbit/s each way, on the page of
``bench/calls``; the browsers have both cores, and only the server's own processor time counts.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from statistics import median

from playwright.sync_api import Browser, sync_playwright

from bench.calls.couple import measuring_browser, two_people
from bench.calls.page_server import page_for
from bench.janus_server import running_janus
from bench.lab import Lab
from bench.plane_server import running_plane
from bench.processes import ServerProcess
from bench.relay_server import running_relay
from bench.results import Result, ratio

WARM_S, LOOK_S = 5.0, 8.0
QUICK_S = 3.0
MOST_RELAYED = 3
"""Readings of the decoding server: few, because it is slow and clearly dearer."""

LEAST_FPS = 10
"""Fewer pictures a second are no call; sound alone would be compared with sound and picture."""


@dataclass(frozen=True, slots=True)
class Cost:
    """Processor time per packet that reached a browser (µs), and of a core (fraction of 1)."""

    per_packet: float
    core: float
    fps: float


@dataclass(frozen=True, slots=True)
class Contestant:
    """A running server, and where its page is."""

    process: ServerProcess
    url: str
    janus: str = ""


def measure(lab: Lab) -> list[Result]:
    """Measure the three in turn."""
    ours, janus, relay = [], [], []
    with (
        sync_playwright() as playwright,
        measuring_browser(playwright) as browser,
        running_janus() as other,
        running_plane(other.address) as plane,
        running_relay() as (engine, decoder),
        page_for(plane.engine) as plane_url,
        page_for(None) as janus_url,
        page_for(engine) as relay_url,
    ):
        for reading in range(lab.repeats):
            ours.append(_cost(lab, browser, Contestant(plane.process, plane_url)))
            janus.append(_cost(lab, browser, Contestant(other.process, janus_url, other.url)))
            if reading < MOST_RELAYED:
                relay.append(_cost(lab, browser, Contestant(decoder, relay_url)))
            lab.say(f"real call {reading + 1}: ours {ours[-1]}, Janus {janus[-1]}")
    work = "processor time of a real Chromium call"
    return [
        ratio(
            work,
            [cost.per_packet for cost in ours],
            [cost.per_packet for cost in janus],
            reading_unit="µs/packet",
            must=0.75,
            aim=0.60,
            remark=f"ours {_words(ours)}; Janus {_words(janus)}",
        ),
        ratio(
            f"{work}, against decoding",
            [cost.per_packet for cost in ours[:MOST_RELAYED]],
            [cost.per_packet for cost in relay],
            reading_unit="µs/packet",
            must=0.10,
            aim=0.05,
            peer="MediaRelay",
            remark=f"MediaRelay {_words(relay)}",
        ),
    ]


def _cost(lab: Lab, browser: Browser, server: Contestant) -> Cost:
    with two_people(browser, server.url, janus=server.janus) as (one, two):
        one.enters()
        two.enters()
        for person in (one, two):
            person.sees_the_other()
        time.sleep(QUICK_S if lab.quick else WARM_S)
        for person in (one, two):
            person.reception.begins()
        began, before = time.monotonic(), server.process.cpu_ns()
        time.sleep(QUICK_S if lab.quick else LOOK_S)
        used, seconds = server.process.cpu_ns() - before, time.monotonic() - began
        received = [person.reception.so_far() for person in (one, two)]
    if min(each.fps for each in received) < LEAST_FPS:
        raise RuntimeError(f"no call to measure: {received}")
    return Cost(
        per_packet=used / 1000 / sum(each.packets for each in received),
        core=used / 1e9 / seconds,
        fps=min(each.fps for each in received),
    )


def _words(costs: list[Cost]) -> str:
    core, fps = median(cost.core for cost in costs), median(cost.fps for cost in costs)
    return f"{100 * core:.1f} % of a core at {fps:.0f} pictures a second"

"""From the press of a button to the first picture of the other: ours by the real pages, and Janus.

Ours: a citizen walks the path, is let in, and presses "Entrer maintenant" half a second after the
question has appeared; then the agent leaves, comes back to the page of the call and presses "Entrer
dans la visio". Both pages have connected ahead (decision 0095). Janus: the page of
``bench/calls`` with camera and microphone already open. The other is there before, each time.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from statistics import median

from playwright.sync_api import Browser, sync_playwright

from bench.calls.appointment import Appointment, appointment
from bench.calls.couple import measuring_browser, two_people
from bench.calls.page_server import page_for
from bench.janus_server import running_janus
from bench.lab import Lab
from bench.results import Result, ratio
from tests.builders.server_appointments import book
from tests.drivers.server import RunningServer, running_server

READ_MS = 500
"""How long a person needs to see the question."""

SETTLED_MS = 1500
"""The one who is there has been there for a while, and is in full picture."""


@dataclass(slots=True)
class Presses:
    """Milliseconds from press to picture, in the order they were measured."""

    citizen: list[float] = field(default_factory=list)
    agent: list[float] = field(default_factory=list)
    janus: list[float] = field(default_factory=list)


def measure(lab: Lab) -> list[Result]:
    """Let people in again and again, in turn with Janus."""
    presses = Presses()
    with (
        running_server() as server,
        running_janus() as janus,
        page_for(None) as page,
        sync_playwright() as playwright,
        measuring_browser(playwright) as browser,
        appointment(playwright, server) as two,
    ):
        for _ in range(lab.repeats):
            _by_us(server, two, presses)
            presses.janus.append(_by_janus(browser, page, janus.url))
            lab.say(
                f"press to picture: citizen {presses.citizen[-1]:.0f} ms, "
                f"agent {presses.agent[-1]:.0f} ms, Janus {presses.janus[-1]:.0f} ms"
            )
    return _results(presses)


def _by_us(server: RunningServer, two: Appointment, presses: Presses) -> None:
    """Go through one appointment; each of the two enters while the other is there."""
    citizen, agent = two.citizen, two.agent
    booked = book(server)
    agent.opens_the_call(booked)
    citizen.opens(booked.link)
    citizen.allows_only("Amina")
    _pause(two, SETTLED_MS)
    agent.lets_in("Amina")
    citizen.screen.sees("L’agent vous attend !")
    _pause(two, READ_MS)
    citizen.enters_at_once()
    presses.citizen.append(two.receptions[0].waits_for_the_picture())
    agent.hangs_up()
    agent.goes_to_the_call()
    _pause(two, SETTLED_MS)
    agent.enters()
    presses.agent.append(two.receptions[1].waits_for_the_picture())
    citizen.hangs_up()
    agent.hangs_up()


def _pause(two: Appointment, milliseconds: float) -> None:
    two.screens[0].page.wait_for_timeout(milliseconds)


def _by_janus(browser: Browser, url: str, janus: str) -> float:
    with two_people(browser, url, janus=janus) as (there, newcomer):
        there.enters()
        there.waits(SETTLED_MS)
        newcomer.enters()
        return newcomer.sees_the_other()


def _results(presses: Presses) -> list[Result]:
    def in_time(work: str, readings: list[float], remark: str) -> Result:
        return Result(
            work,
            round(median(readings)),
            "ms",
            must=200,
            aim=100,
            reading_unit="ms",
            ours=tuple(readings),
            remark=remark,
        )

    citizen = "press to the other's first picture, citizen by the real pages"
    return [
        in_time(citizen, presses.citizen, ""),
        ratio(
            f"{citizen}, against Janus",
            presses.citizen,
            presses.janus,
            reading_unit="ms",
            must=0.6,
            aim=0.3,
            remark="Janus by a page that does nothing else",
        ),
        in_time(
            "press to the other's first picture, agent by the real pages",
            presses.agent,
            "microphone and camera open meanwhile",
        ),
    ]

"""A third person joins: how long the two others negotiate, and whether their pictures freeze.

Through the real pages. The time is the two's own, from the plane's later offer to the answer on its
way back; it passes while the newcomer still shakes hands (decision 0043).
"""

from __future__ import annotations

import time
from statistics import median

from playwright.sync_api import sync_playwright

from bench.calls.appointment import appointment
from bench.lab import Lab
from bench.results import Result
from tests.builders.server_appointments import book
from tests.drivers.backstage import pictures, watch
from tests.drivers.chromium import Person, sitting_at_chromium
from tests.drivers.people import Citizen
from tests.drivers.server import running_server
from tests.journeys.conftest import meet

FIRST_PICTURE = "1"
LOOK_S = 3.0


def measure(lab: Lab) -> list[Result]:
    """Have a third person join and leave a call of two repeatedly."""
    offers: list[float] = []
    freezes: list[float] = []
    with (
        running_server() as server,
        sync_playwright() as playwright,
        appointment(playwright, server) as two,
        sitting_at_chromium(playwright, Person()) as his,
    ):
        for screen in two.screens:
            watch(screen)
        booked = book(server)
        meet(two.citizen, two.agent, booked)
        bruno = Citizen(his)
        bruno.opens(booked.link)
        for _ in range(lab.repeats):
            before = [pictures(screen)[FIRST_PICTURE].freezes for screen in two.screens]
            answered = [len(each.offers_ms()) for each in two.receptions]
            two.agent.screen.press("Faire entrer")
            for person in (two.citizen, two.agent, bruno):
                person.is_with(2)
            time.sleep(LOOK_S)
            for reception, so_far in zip(two.receptions, answered, strict=True):
                offers += reception.offers_ms()[so_far:]
            for screen, frozen in zip(two.screens, before, strict=True):
                freezes.append(pictures(screen)[FIRST_PICTURE].freezes - frozen)
            bruno.hangs_up()
            for person in (two.citizen, two.agent):
                person.is_with(1)
            bruno.goes_back_to_the_waiting_room()
            lab.say(f"third person: offers {[round(ms) for ms in offers]} ms, freezes {freezes}")
    work = "a third person enters"
    return [
        Result(
            f"{work}: the two's answer to the later offer",
            round(median(offers), 1),
            "ms",
            must=100,
            reading_unit="ms",
            ours=tuple(offers),
        ),
        Result(
            f"{work}: freezes of the two",
            median(freezes),
            "",
            must=0,
            ours=tuple(freezes),
            remark="as Chromium counts them; three browsers on two cores make some by themselves",
        ),
    ]

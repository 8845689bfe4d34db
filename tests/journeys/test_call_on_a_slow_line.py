"""A slow line: of three, its owner alone is shown less; two see each other small, and moving."""

from __future__ import annotations

import pytest
from playwright.sync_api import Playwright

from tests.builders.server_appointments import Booked
from tests.drivers.chromium import Person, sitting_at_chromium
from tests.drivers.lively_room import WIDTH, in_a_lively_room
from tests.drivers.media_files import AMINA, LEA
from tests.drivers.people import Citizen
from tests.drivers.reception import Reception
from tests.drivers.server import RunningServer
from tests.drivers.weather import CALM, Weather, line_to
from tests.journeys.conftest import AMINA_AT_HOME, meet, meeting

pytestmark = [pytest.mark.browser, pytest.mark.call]

LEA_IN_A_LIVELY_ROOM = Person(face=in_a_lively_room(LEA))
BRUNO_AT_WORK = Person(face=AMINA)
SLOW = Weather(rate_kbps=450, delay_ms=20)
"""Enough for sound and a picture of half the size, not for the whole one."""

HALF = WIDTH // 2

NARROW = Weather(rate_kbps=200, delay_ms=20)
"""Held to its size, the picture would come once a second."""

SETTLED_WITHIN_S = 90
"""A second or two where the browsers have a core each; on a busy machine lines seem full that are
not, and the large picture is tried again only after a while."""


def test_a_slow_line_makes_one_persons_picture_smaller_and_no_one_elses(
    playwright: Playwright, server: RunningServer, booked: Booked
):
    with (
        line_to(server.media_address) as line,
        meeting(playwright, server, AMINA_AT_HOME, LEA_IN_A_LIVELY_ROOM) as (amina, lea),
        sitting_at_chromium(playwright, BRUNO_AT_WORK) as his,
    ):
        Reception(amina.screen.page, line)
        meet(amina, lea, booked)
        bruno = Citizen(his)
        bruno.comes_along(booked.link)
        lea.screen.press("Faire entrer")
        bruno.enters_at_once()
        for one in (amina, lea, bruno):
            one.is_with(2)

        line.becomes(SLOW)

        amina.sees_the_agent(at_most=HALF, within_s=SETTLED_WITHIN_S)
        amina.sees_the_agent_move(within_s=SETTLED_WITHIN_S)
        bruno.sees_the_agent(at_least=WIDTH, within_s=SETTLED_WITHIN_S)
        bruno.sees_the_agent_move(within_s=SETTLED_WITHIN_S)
        amina.sees_the_agent(at_most=HALF, within_s=SETTLED_WITHIN_S)


def test_on_a_narrow_line_of_two_the_other_is_heard_and_seen_moving_and_whole_again_after_it(
    playwright: Playwright, server: RunningServer, booked: Booked
):
    with (
        line_to(server.media_address) as line,
        meeting(playwright, server, AMINA_AT_HOME, LEA_IN_A_LIVELY_ROOM) as (amina, lea),
    ):
        reception = Reception(amina.screen.page, line)
        meet(amina, lea, booked)
        amina.sees_the_agent(at_least=WIDTH)

        line.becomes(NARROW)

        # A machine on which this comes about fills the line: the picture has to be small.
        received = reception.moving(fps=10, seconds=5, within_s=SETTLED_WITHIN_S)
        assert received.longest_silence < 0.5
        amina.sees_the_agent(at_most=HALF, within_s=SETTLED_WITHIN_S)

        line.becomes(CALM)

        amina.sees_the_agent(at_least=WIDTH, within_s=SETTLED_WITHIN_S)

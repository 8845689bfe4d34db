"""A line that loses packets: the picture goes on as if nothing were, as every loss is mended."""

from __future__ import annotations

import pytest
from playwright.sync_api import Playwright

from tests.builders.server_appointments import book
from tests.drivers.lively_room import WIDTH, in_a_lively_room
from tests.drivers.media_files import AMINA, LEA
from tests.drivers.reception import Reception
from tests.drivers.server import RunningServer
from tests.drivers.weather import CALM, Weather, line_to
from tests.journeys.conftest import AMINA_AT_HOME, LEA_AT_HER_DESK, meet, meeting

pytestmark = [pytest.mark.browser, pytest.mark.call]

LOSSY = Weather(loss=0.03)


def test_with_three_percent_lost_both_ways_the_picture_never_freezes(
    playwright: Playwright, server: RunningServer
):
    amina_at_home = AMINA_AT_HOME.but(face=in_a_lively_room(AMINA))
    lea_at_her_desk = LEA_AT_HER_DESK.but(face=in_a_lively_room(LEA))
    with (
        line_to(server.media_address) as line,
        meeting(playwright, server, amina_at_home, lea_at_her_desk) as (amina, lea),
    ):
        receptions = [Reception(one.screen.page, line) for one in (amina, lea)]
        meet(amina, lea, book(server))

        passed_calmly = line.passed
        line.becomes(LOSSY)

        for reception in receptions:
            received = reception.steady(seconds=4)
            # Unmended, 5 are left.
            assert received.fps >= 20
            assert received.width == WIDTH
            assert received.freezes == 0
        assert line.lost > 0.02 * (line.passed - passed_calmly)
        line.becomes(CALM)

"""The same call when one of the two uses Firefox."""

from __future__ import annotations

import pytest
from playwright.sync_api import Playwright

from tests.builders.server_appointments import Booked
from tests.drivers.chromium import sitting_at_chromium
from tests.drivers.firefox import TONE_HZ, sitting_at_firefox
from tests.drivers.media_files import LEA
from tests.drivers.people import Agent, Citizen
from tests.drivers.server import RunningServer
from tests.journeys.conftest import LEA_AT_HER_DESK, meet

pytestmark = [pytest.mark.browser, pytest.mark.call]


def test_a_citizen_with_firefox_and_an_agent_with_chromium_see_and_hear_each_other(
    playwright: Playwright, server: RunningServer, booked: Booked
):
    with (
        sitting_at_firefox() as firefox,
        sitting_at_chromium(playwright, LEA_AT_HER_DESK) as chromium,
    ):
        amina, lea = Citizen(firefox), Agent(chromium, server)
        lea.signs_in()
        meet(amina, lea, booked)

        amina.sees(LEA)
        amina.hears(LEA.tone_hz)
        lea.sees_a_moving_picture()
        lea.hears(TONE_HZ)
        lea.sees_the_other_speak()
        amina.sees_the_other_speak()
        amina.goes_back()
        amina.stays()
        amina.sees(LEA)
        assert firefox.complaints == []

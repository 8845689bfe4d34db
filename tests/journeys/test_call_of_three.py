"""Three in a call: who comes and who goes does not disturb the others."""

from __future__ import annotations

import pytest
from playwright.sync_api import Playwright

from tests.builders.server_appointments import Booked
from tests.drivers.backstage import pictures, watch
from tests.drivers.chromium import Person, sitting_at_chromium
from tests.drivers.media_files import AMINA, LEA
from tests.drivers.people import Citizen
from tests.drivers.server import RunningServer
from tests.journeys.conftest import meet, meeting

pytestmark = [pytest.mark.browser, pytest.mark.call]

BRUNO_AT_WORK = Person(shares=True)
FIRST_PICTURE = "1"
"""The m-line of slot 0, where the two see each other."""


def test_a_third_person_comes_and_goes_and_the_two_never_lose_each_other(
    playwright: Playwright, server: RunningServer, booked: Booked
):
    with (
        meeting(playwright, server) as (amina, lea),
        sitting_at_chromium(playwright, BRUNO_AT_WORK) as his,
    ):
        two = (amina, lea)
        for one in two:
            watch(one.screen)
        meet(amina, lea, booked)
        bruno = Citizen(his)
        bruno.comes_along(booked.link)
        before = [pictures(one.screen)[FIRST_PICTURE] for one in two]

        lea.screen.press("Faire entrer")
        bruno.enters_at_once()
        for one in (*two, bruno):
            one.is_with(2)
        bruno.shares_the_screen()
        for one in two:
            one.sees_the_screen()
        bruno.hangs_up()
        for one in two:
            one.is_with(1)
            one.sees_no_screen()

        for one, then in zip(two, before, strict=True):
            now = pictures(one.screen)[FIRST_PICTURE]
            # Not by the clock: three browsers that share a core stutter by themselves. A picture
            # that was disturbed has lost packets, asked to be refreshed, or is another stream.
            assert now.ssrc == then.ssrc
            assert now.decoded > then.decoded
            assert now.lost <= then.lost
            assert now.refreshes == then.refreshes
        amina.sees(LEA)
        lea.sees(AMINA)

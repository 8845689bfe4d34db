"""The link opened in a second browser during a call: it goes on there; the first one says so."""

from __future__ import annotations

import pytest
from playwright.sync_api import Playwright

from tests.builders.server_appointments import Booked
from tests.drivers.chromium import Person, sitting_at_chromium
from tests.drivers.media_files import AMINA, LEA
from tests.drivers.people import Citizen
from tests.drivers.server import RunningServer
from tests.journeys.conftest import meet, meeting

pytestmark = [pytest.mark.browser, pytest.mark.call]

AMINA_ON_HER_PHONE = Person(face=AMINA, screen="phone")


def test_the_seat_moves_and_the_first_page_films_nobody_and_says_where_it_went(
    playwright: Playwright, server: RunningServer, booked: Booked
):
    with (
        meeting(playwright, server) as (amina, lea),
        sitting_at_chromium(playwright, AMINA_ON_HER_PHONE) as second,
    ):
        meet(amina, lea, booked)
        # The state that the first page asks for is not its own any more.
        amina.screen.inspector.expect("410")

        on_the_phone = Citizen(second)
        on_the_phone.goes_on_here(booked.link)
        amina.reads("Votre rendez-vous continue dans un autre navigateur")
        lea.is_alone()

        lea.lets_in("Amina")
        on_the_phone.enters_at_once()
        for one in (on_the_phone, lea):
            one.is_with_somebody()
        on_the_phone.sees(LEA)
        assert not amina.screen.evaluate("() => Boolean(document.querySelector('video'))")

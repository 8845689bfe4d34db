"""The browser's Back during a call: the page asks, and a no keeps everything as it is."""

from __future__ import annotations

import pytest

from tests.drivers.media_files import AMINA, LEA
from tests.drivers.people import Agent, Citizen

pytestmark = [pytest.mark.browser, pytest.mark.call]


def test_back_asks_both_and_who_stays_has_lost_nothing(together: tuple[Citizen, Agent]):
    amina, lea = together
    for one in together:
        one.watches_who_is_there()

    for one in together:
        one.goes_back()
        one.stays()
        # Again: the page keeps an entry to go back to.
        one.goes_back()
        one.stays()

    amina.sees(LEA)
    amina.hears(LEA.tone_hz)
    lea.sees(AMINA)
    lea.hears(AMINA.tone_hz)
    for one in together:
        one.was_never_alone()


def test_back_and_yes_hangs_up(together: tuple[Citizen, Agent]):
    amina, lea = together

    amina.goes_back()
    amina.says_yes_to_leaving()

    lea.is_alone()
    lea.goes_back()
    lea.screen.press("Quitter la visio")
    lea.screen.sees("La visio est finie")

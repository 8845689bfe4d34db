"""Links as mail programs, messengers and people hand them to a browser."""

from __future__ import annotations

import pytest
from playwright.sync_api import Playwright

from tests.builders.server_appointments import Booked
from tests.drivers.chromium import Person, sitting_at_chromium
from tests.drivers.media_files import AMINA
from tests.drivers.people import Citizen

pytestmark = pytest.mark.browser

AT_HOME = Person(face=AMINA, camera="asked", microphone="asked")


@pytest.mark.parametrize("bend", ["{}.", "{})", "{}%20", "{}?fbclid=IwAR1"])
def test_a_link_with_something_behind_it_opens_the_room(
    playwright: Playwright, booked: Booked, bend: str
):
    with sitting_at_chromium(playwright, AT_HOME) as screen:
        screen.open(bend.format(booked.link))
        screen.press("Commencer")

        Citizen(screen).is_at("welcome")


def test_a_link_whose_fragment_was_encoded_opens_the_room(playwright: Playwright, booked: Booked):
    with sitting_at_chromium(playwright, AT_HOME) as screen:
        screen.open(booked.link.replace("#", "%23"))
        screen.press("Commencer")

        Citizen(screen).is_at("welcome")


def test_the_link_survives_a_reload_and_is_wiped_at_the_press(
    playwright: Playwright, booked: Booked
):
    secret = booked.link.partition("#")[2]
    with sitting_at_chromium(playwright, AT_HOME) as screen:
        screen.open(booked.link)
        screen.page.reload()
        screen.sees("Commencer")
        assert secret in screen.address

        screen.press("Commencer")
        Citizen(screen).is_at("welcome")
        screen.page.go_back()

        screen.sees("Continuer mon rendez-vous")
        assert secret not in screen.address
        assert secret not in screen.page.content()
        screen.press("Continuer mon rendez-vous")
        Citizen(screen).is_at("welcome")


def test_a_whole_message_pasted_into_the_link_page_opens_the_room(
    playwright: Playwright, booked: Booked
):
    address = booked.link.partition("#")[0]
    with sitting_at_chromium(playwright, AT_HOME) as screen:
        screen.open(address)
        screen.type_in("Le lien de votre message", f"Ouvrez ce lien : {booked.link} Merci")
        screen.press("Commencer")

        Citizen(screen).is_at("welcome")


def test_a_pasted_line_with_the_code_is_not_cut(playwright: Playwright, booked: Booked):
    home = booked.link.partition("/rdv")[0]
    with sitting_at_chromium(playwright, AT_HOME) as screen:
        screen.open(home)
        screen.type_in("Votre code", f"Code : {booked.code}")
        screen.type_in("Mot de passe", f"Mot de passe : {booked.password}")
        screen.press("Commencer")

        Citizen(screen).is_at("welcome")

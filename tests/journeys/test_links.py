"""Links as mail programs, messengers and people hand them to a browser."""

from __future__ import annotations

import pytest
from playwright.sync_api import Playwright

from tests.drivers.chromium import Person, sitting_at_chromium
from tests.drivers.media_files import AMINA
from tests.drivers.people import Citizen
from tests.drivers.server import RunningServer

pytestmark = pytest.mark.browser

AT_HOME = Person(face=AMINA, camera="asked", microphone="asked")


@pytest.mark.parametrize("bend", ["{}.", "{})", "{}%20", "{}?fbclid=IwAR1"])
def test_a_link_with_something_behind_it_opens_the_room(
    playwright: Playwright, server: RunningServer, bend: str
):
    with sitting_at_chromium(playwright, AT_HOME) as screen:
        screen.open(bend.format(server.demo.join_url))
        screen.press("Commencer")

        Citizen(screen).is_at("welcome")


def test_a_link_whose_fragment_was_encoded_opens_the_room(
    playwright: Playwright, server: RunningServer
):
    with sitting_at_chromium(playwright, AT_HOME) as screen:
        screen.open(server.demo.join_url.replace("#", "%23"))
        screen.press("Commencer")

        Citizen(screen).is_at("welcome")


def test_the_link_survives_a_reload_and_is_wiped_at_the_press(
    playwright: Playwright, server: RunningServer
):
    secret = server.demo.join_url.partition("#")[2]
    with sitting_at_chromium(playwright, AT_HOME) as screen:
        screen.open(server.demo.join_url)
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
    playwright: Playwright, server: RunningServer
):
    address = server.demo.join_url.partition("#")[0]
    with sitting_at_chromium(playwright, AT_HOME) as screen:
        screen.open(address)
        screen.type_in("Le lien de votre message", f"Ouvrez ce lien : {server.demo.join_url} Merci")
        screen.press("Commencer")

        Citizen(screen).is_at("welcome")


def test_a_pasted_line_with_the_code_is_not_cut(playwright: Playwright, server: RunningServer):
    home = server.demo.join_url.partition("/rdv")[0]
    with sitting_at_chromium(playwright, AT_HOME) as screen:
        screen.open(home)
        screen.type_in("Votre code", f"Code : {server.demo.room_code}")
        screen.type_in("Mot de passe", f"Mot de passe : {server.demo.room_password}")
        screen.press("Commencer")

        Citizen(screen).is_at("welcome")

"""Each of the agents' pages as wide as at a desk; test_every_page.py has them narrow."""

from __future__ import annotations

import pytest
from playwright.sync_api import Playwright

from tests.drivers.axe import assert_accessible
from tests.drivers.chromium import Person, sitting_at_chromium
from tests.drivers.people import Agent
from tests.drivers.server import RunningServer

pytestmark = pytest.mark.browser

PAGES = (
    "",
    "rendez-vous",
    "rendez-vous/nouveau",
    "rendez-vous/1",
    "rendez-vous/1/visio",
    "equipe",
    "equipe/comptes/1",
    "mon-espace",
    "mot-de-passe",
)


@pytest.mark.parametrize(
    ("language", "dark"), [("fr-FR", False), ("en-GB", True)], ids=["light", "dark"]
)
def test_every_page_can_be_used_by_everybody_at_a_desk(
    playwright: Playwright, server: RunningServer, language: str, dark: bool
):
    person = Person(language=language, dark=dark, screen="desktop")
    with sitting_at_chromium(playwright, person) as screen:
        screen.open(f"{server.url}/agent/connexion")
        assert_accessible(screen)
        Agent(screen, server).signs_in("manager")

        for page in PAGES:
            screen.open(f"{server.url}/agent/{page}")

            assert_accessible(screen)
            assert screen.evaluate("() => document.documentElement.scrollWidth <= innerWidth"), page


@pytest.mark.parametrize("size", ["desktop", "phone"])
def test_an_administrator_chooses_a_house_at_a_desk_and_on_a_phone(
    playwright: Playwright, server: RunningServer, size: str
):
    with sitting_at_chromium(playwright, Person(screen=size)) as screen:
        odile = Agent(screen, server)
        odile.signs_in("admin")
        for house in ("France services de Saint-Aubin", "France services de Belmont"):
            odile.chooses_house(house)

            assert odile.house_shown == house
            assert_accessible(screen)
            assert screen.evaluate("() => document.documentElement.scrollWidth <= innerWidth")

"""From a server without anybody to a signed-in manager, by the pages alone."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Playwright, expect

from tests.drivers.axe import assert_accessible
from tests.drivers.chromium import ChromiumScreen, Person, sitting_at_chromium
from tests.drivers.measures import assert_fingers_fit, assert_no_sideways_scroll
from tests.drivers.server import RunningServer, running_server

pytestmark = pytest.mark.browser

PUBLIC = "https://visio.exemple.fr"
"""A public address: nobody of the demonstration exists there."""


@pytest.fixture(scope="module")
def empty() -> Iterator[RunningServer]:
    with running_server(KIOSK_BASE_URL=PUBLIC, KIOSK_TRUSTED_PROXIES="0") as server:
        yield server


def path_in(text: str, page: str) -> str:
    """Return the last link to a page, without the public name under which nobody answers here."""
    return re.findall(rf"{PUBLIC}({page}#[\w-]{{22}})", text)[-1]


def test_an_installation_is_ready_once_its_first_people_and_house_are_made(
    empty: RunningServer, playwright: Playwright
) -> None:
    assert empty.health()["ok"] is False
    assert empty.health()["parts"]["first_run"] is False
    codes = {finding["code"] for finding in empty.health()["findings"]}
    assert {"setup.no_house", "setup.no_administrator"} <= codes

    with sitting_at_chromium(playwright, Person(screen="phone")) as screen:
        screen.open(f"{empty.url}{path_in(empty.said, '/premier-demarrage')}")
        held_to_everything(screen)
        fill_the_first_page(screen)
        screen.press("Créer et commencer")
        screen.sees("C’est prêt")
        held_to_everything(screen)
        invitation = path_in(screen.page.content(), "/agent/nouveau-mot-de-passe")

    with sitting_at_chromium(playwright, Person(dark=True)) as screen:
        screen.open(f"{empty.url}{invitation}")
        held_to_everything(screen)
        screen.type_in("Votre mot de passe", "court")
        screen.press("Choisir ce mot de passe")
        screen.sees("Un mot de passe a au moins 10 signes")
        held_to_everything(screen)
        screen.type_in("Votre mot de passe", "encore trois mots")
        screen.press("Choisir ce mot de passe")
        screen.sees("Votre mot de passe est choisi")
        expect(screen.page.get_by_label("Identifiant")).to_have_value("mona")
        screen.type_in("Mot de passe", "encore trois mots")
        screen.press("Se connecter")
        screen.waits_until("location.pathname === '/agent/'")
        screen.sees("France services de Lavelanet")

    empty.wait_until_healthy()
    assert empty.health()["parts"]["first_run"] is True


def held_to_everything(screen: ChromiumScreen) -> None:
    assert_accessible(screen)
    assert_fingers_fit(screen)
    assert_no_sideways_scroll(screen)


def fill_the_first_page(screen: ChromiumScreen) -> None:
    for field, typed in (
        ("#admin-name", "Odile Garnier"),
        ("#admin-login", "odile"),
        ("#admin-password", "trois mots choisis"),
        ("#house-name", "France services de Lavelanet"),
        ("#house-address", "1 rue Basse, 09300 Lavelanet"),
        ("#house-phone", "05 36 49 00 30"),
        ("#house-accessible_contact", "SMS 06 39 98 00 12"),
    ):
        screen.fill(field, typed)
    expect(screen.page.locator("#manager-login")).to_be_hidden()
    screen.page.get_by_label("Une autre personne").check()
    screen.fill("#manager-name", "Mona Levy")
    screen.fill("#manager-login", "mona")

"""Every page there is, in both languages, light and dark: axe finds nothing, nobody else is called.

The browser's own complaints (console, CSP, requests to another host) fail each test when its
screen closes. A page that nobody lists here fails the last test.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Playwright

from kiosk import create_app
from kiosk.citizen.screens import SCREENS
from kiosk.settings import Settings
from tests.builders.server_appointments import Booked, book
from tests.drivers.axe import assert_accessible
from tests.drivers.chromium import ChromiumScreen, Person, sitting_at_chromium
from tests.drivers.measures import assert_fingers_fit, assert_no_sideways_scroll
from tests.drivers.server import RunningServer

pytestmark = [pytest.mark.browser, pytest.mark.call]

LOOKS = pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
LANGUAGES = pytest.mark.parametrize("language", ["fr", "en"])

FOR_ALL = [
    "/",
    "/rdv",
    "/guides",
    "/guides/rejoindre-ordinateur",
    "/guides/rejoindre-telephone",
    "/accessibilite",
    "/confidentialite",
    "/agent/connexion",
    "/agent/mot-de-passe-oublie",
    "/agent/nouveau-mot-de-passe",
    "/premier-demarrage",
    "/cette-page-n-existe-pas",
]
FOR_VISITORS = [screen.path for screen in SCREENS]
FOR_AGENTS = [
    "/agent/",
    "/agent/rendez-vous",
    "/agent/rendez-vous/nouveau",
    "/agent/rendez-vous/{id}",
    "/agent/rendez-vous/{id}/visio",
    "/agent/salles/{room}/visio",
    "/agent/mot-de-passe",
]
FOR_MANAGERS = ["/agent/equipe", "/agent/equipe/comptes/{account}", "/agent/mon-espace"]
FOR_ADMINISTRATORS = ["/agent/espaces"]

NO_PAGES = {"/healthz", "/metrics", "/parcours", "/parcours/etapes", "/static/<path:path>"}
LEAD_TO_THE_LINK = {
    *("/rdv/", "/rdv<path:bent>", "/rdv/<path:bent>"),
    *("/RDV", "/RDV<path:bent>", "/Rdv", "/Rdv<path:bent>"),
}


@LANGUAGES
@LOOKS
def test_pages_for_everybody(
    server: RunningServer, playwright: Playwright, language: str, dark: bool
) -> None:
    with looking(playwright, dark=dark) as screen:
        for page in FOR_ALL:
            screen.inspector.expect(r"status of 4(04|10)")
            inspect(screen, server, page, language)


@LANGUAGES
@LOOKS
def test_every_step_of_the_path(
    server: RunningServer, playwright: Playwright, booked: Booked, language: str, dark: bool
) -> None:
    with looking(playwright, dark=dark) as screen:
        screen.open(booked.link)
        screen.press("Commencer")
        screen.waits_until("location.pathname.startsWith('/parcours')")
        for page in FOR_VISITORS:
            inspect(screen, server, page, language)


@LANGUAGES
@LOOKS
def test_pages_for_agents(
    server: RunningServer, playwright: Playwright, booked: Booked, language: str, dark: bool
) -> None:
    with looking(playwright, dark=dark) as screen:
        sign_in(screen, server, server.demo.agent_login, server.demo.agent_password)
        for page in FOR_AGENTS:
            inspect(screen, server, page.format(id=booked.id, room=booked.room), language)


@LANGUAGES
@LOOKS
def test_pages_for_managers(
    server: RunningServer, playwright: Playwright, language: str, dark: bool
) -> None:
    with looking(playwright, dark=dark) as screen:
        sign_in(screen, server, server.demo.manager_login, server.demo.manager_password)
        for page in FOR_MANAGERS:
            inspect(screen, server, page.format(account=1), language)


@LANGUAGES
@LOOKS
def test_pages_for_administrators(
    server: RunningServer, playwright: Playwright, language: str, dark: bool
) -> None:
    with looking(playwright, dark=dark) as screen:
        sign_in(screen, server, server.demo.admin_login, server.demo.admin_password)
        for page in FOR_ADMINISTRATORS:
            inspect(screen, server, page, language)


def test_no_page_is_forgotten_here(tmp_path: Path) -> None:
    app = create_app(Settings(secret_key="k" * 40, instance_dir=tmp_path))
    listed = {
        page.replace("{id}", "<int:appointment_id>")
        .replace("{room}", "<int:room_id>")
        .replace("{account}", "<int:agent_id>")
        for page in [
            *FOR_ALL,
            *FOR_AGENTS,
            *FOR_MANAGERS,
            *FOR_ADMINISTRATORS,
            "/parcours/<slug>",
            "/guides/<slug>",
        ]
    }

    pages = {
        rule.rule
        for rule in app.url_map.iter_rules()
        if "GET" in (rule.methods or ())
        and not rule.rule.startswith(("/dev/", "/guides/images/"))
        and not rule.rule.endswith((".pdf", "/etat"))
    }

    assert pages - listed - NO_PAGES - LEAD_TO_THE_LINK == set()


@contextmanager
def looking(playwright: Playwright, *, dark: bool) -> Iterator[ChromiumScreen]:
    """Sit at a narrow screen, 320 px wide, the hardest to fit."""
    with sitting_at_chromium(playwright, Person(screen="small", dark=dark)) as screen:
        yield screen


@pytest.fixture
def booked(server: RunningServer) -> Booked:
    return book(server, "Robert Lemaire")


def sign_in(screen: ChromiumScreen, server: RunningServer, login: str, password: str) -> None:
    screen.open(f"{server.url}/agent/connexion?lang=fr")
    screen.type_in("Identifiant", login)
    screen.type_in("Mot de passe", password)
    screen.press("Se connecter")
    screen.waits_until("location.pathname === '/agent/'")


def inspect(screen: ChromiumScreen, server: RunningServer, page: str, language: str) -> None:
    """Open a page in a language and hold it to everything a machine can check."""
    screen.open(f"{server.url}{page}?lang={language}")
    assert screen.evaluate("() => document.documentElement.lang") == language
    assert_accessible(screen)
    assert_fingers_fit(screen)
    assert_no_sideways_scroll(screen)

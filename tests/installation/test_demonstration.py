"""Every address, code and account that ``make run`` prints works."""

from __future__ import annotations

from urllib.request import urlopen

import pytest
from playwright.sync_api import Playwright

from tests.drivers.axe import assert_accessible
from tests.drivers.chromium import sitting_at_chromium
from tests.drivers.firefox import sitting_at_firefox
from tests.drivers.server import RunningServer

pytestmark = pytest.mark.browser


def test_every_guide_opens_and_prints(server: RunningServer) -> None:
    for url in server.demo.guide_urls:
        with urlopen(url, timeout=30) as answer:
            kind, body = answer.headers["Content-Type"], answer.read()

        if ".pdf" in url:
            assert body.startswith(b"%PDF-"), url
        else:
            assert kind.startswith("text/html"), url


def test_the_link_on_the_card_opens_the_visit_in_both_browsers(
    server: RunningServer, playwright: Playwright
) -> None:
    with sitting_at_chromium(playwright) as chromium:
        chromium.open(server.demo.join_url)
        chromium.press("Commencer")
        chromium.waits_until("location.pathname.startsWith('/parcours')")
        assert_accessible(chromium)
    with sitting_at_firefox() as firefox:
        firefox.open(server.demo.join_url)
        firefox.press("Commencer")
        firefox.press("Continuer ici")
        firefox.waits_until("location.pathname.startsWith('/parcours')")
        assert firefox.complaints == []


def test_the_code_and_the_password_open_the_visit(
    server: RunningServer, playwright: Playwright
) -> None:
    with sitting_at_chromium(playwright) as screen:
        screen.open(server.url)
        assert_accessible(screen)

        screen.type_in("Votre code", server.demo.room_code)
        screen.type_in("Mot de passe", server.demo.room_password)
        screen.press("Commencer")
        screen.press("Continuer ici")

        screen.waits_until("location.pathname.startsWith('/parcours')")


@pytest.mark.parametrize("who", ["agent", "manager"])
def test_agent_and_manager_sign_in_and_print_the_card(
    server: RunningServer, playwright: Playwright, who: str
) -> None:
    login, password = (getattr(server.demo, f"{who}_{part}") for part in ("login", "password"))
    with sitting_at_chromium(playwright) as screen:
        screen.open(f"{server.url}/agent/connexion")
        assert_accessible(screen)

        screen.type_in("Identifiant", login)
        screen.type_in("Mot de passe", password)
        screen.press("Se connecter")

        screen.waits_until("!location.pathname.includes('connexion')")
        assert_accessible(screen)
        card = screen.page.request.get(server.demo.card_url)
        assert card.status == 200
        assert card.body().startswith(b"%PDF-")

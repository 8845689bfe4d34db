"""An agent who has forgotten their password, from the sign-in page to the page of the day."""

from __future__ import annotations

import re
import time

import pytest
from playwright.sync_api import Playwright, expect

from kiosk.messaging.senders import folder
from kiosk.messaging.senders.folder import outbox_folder
from tests.drivers.axe import assert_accessible
from tests.drivers.chromium import Person, sitting_at_chromium
from tests.drivers.measures import assert_no_sideways_scroll
from tests.drivers.people import Agent
from tests.drivers.server import RunningServer

pytestmark = pytest.mark.browser

SENT_WITHIN_S = 20


def test_a_forgotten_password_is_replaced_by_a_link_from_the_mail(
    server: RunningServer, playwright: Playwright
) -> None:
    with sitting_at_chromium(playwright, Person(screen="desktop")) as screen:
        Agent(screen, server).signs_in()
        screen.open(f"{server.url}/agent/mot-de-passe")
        assert_accessible(screen)
        screen.fill("#address-email", "lea@exemple.fr")
        screen.fill("#address-present", server.demo.agent_password)
        screen.page.locator("#email").get_by_role("button", name="Enregistrer").click()
        screen.sees("C’est enregistré.")

    with sitting_at_chromium(playwright, Person(screen="phone")) as screen:
        screen.open(f"{server.url}/agent/connexion")
        screen.page.get_by_role("link", name=re.compile("oublié")).click()
        screen.type_in("Identifiant ou adresse e-mail", "lea@exemple.fr")
        screen.press("Recevoir un lien")
        screen.sees("C’est noté")
        assert_accessible(screen)
        assert_no_sideways_scroll(screen)

        screen.open(link_in_the_mail(server))
        screen.type_in("Votre mot de passe", "encore trois mots")
        screen.press("Choisir ce mot de passe")
        screen.sees("Votre mot de passe est choisi")
        expect(screen.page.get_by_label("Identifiant")).to_have_value("lea")
        screen.type_in("Mot de passe", "encore trois mots")
        screen.press("Se connecter")
        screen.waits_until("location.pathname === '/agent/'")


def link_in_the_mail(server: RunningServer) -> str:
    """Wait for the message in the outbox folder, and return the link it holds."""
    deadline = time.monotonic() + SENT_WITHIN_S
    while time.monotonic() < deadline:
        for seen in folder.newest(outbox_folder(server.instance), limit=5):
            found = re.search(r"\S+/agent/nouveau-mot-de-passe#[\w-]{22}", seen.text)
            if found:
                return found[0]
        time.sleep(0.2)
    raise AssertionError("no message with a link came")

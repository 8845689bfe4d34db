"""The agent's day in a real browser: booking to card, and people who appear by themselves."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urljoin

import pytest
from playwright.sync_api import Playwright

from kiosk.citizen import screens
from tests.drivers.chromium import ChromiumScreen, Person, sitting_at_chromium
from tests.drivers.people import Agent, CardOnScreen
from tests.drivers.server import RunningServer

pytestmark = pytest.mark.browser

WITHOUT_SOCKETS = Person(web_sockets=False)
NOT_YET_ASKED = Person(camera="asked", microphone="asked")


class Walker:
    """A citizen in a hurry."""

    def __init__(self, screen: ChromiumScreen) -> None:
        self.screen = screen

    def comes_by(self, card: CardOnScreen) -> None:
        """Open the link and begin."""
        self.screen.open(card.link)
        self.screen.press("Commencer")
        self.is_at("welcome")

    def goes_to(self, step: str) -> None:
        """Go straight to a step, as everybody may by its address."""
        self.screen.open(urljoin(self.screen.address, screens.BY_ID[step].path))
        self.is_at(step)

    def waits(self, name: str) -> None:
        """Say a name and go to the waiting room."""
        if self.at != "name":
            self.goes_to("name")
        self.screen.type_in("Prénom et nom", name)
        self.screen.press("Aller en salle d’attente")
        self.is_at("waiting_room")

    @property
    def at(self) -> str:
        """The step on the screen."""
        return str(self.screen.evaluate("() => document.getElementById('path').dataset.at"))

    def is_at(self, step: str) -> None:
        """Wait for a step."""
        self.screen.waits_until(f"document.getElementById('path')?.dataset.at === '{step}'")


@contextmanager
def at_the_desk(
    playwright: Playwright, server: RunningServer, person: Person | None = None
) -> Iterator[Agent]:
    with sitting_at_chromium(playwright, person) as screen:
        agent = Agent(screen, server)
        agent.signs_in()
        yield agent


@contextmanager
def at_home(playwright: Playwright) -> Iterator[Walker]:
    with sitting_at_chromium(playwright, NOT_YET_ASKED) as screen:
        yield Walker(screen)


def test_a_booking_becomes_a_card_to_copy_and_to_print(
    playwright: Playwright, server: RunningServer
):
    with at_the_desk(playwright, server) as lea:
        card = lea.books("Rosa Martel", channel="sms", contact="06 39 98 00 44")

        assert lea.copies("code") == "Copié"
        everything = lea.copies_everything()
        assert card.link in everything
        assert card.password in everything
        assert lea.prints().startswith(b"%PDF-")


@pytest.mark.parametrize(
    ("desk", "ana", "bruno"),
    [(Person(), "Ana Costa", "Bruno Reyes"), (WITHOUT_SOCKETS, "Anita Silva", "Boris Roy")],
    ids=["sockets", "polling"],
)
def test_somebody_who_waits_appears_by_themselves_while_the_agent_writes(
    playwright: Playwright, server: RunningServer, desk: Person, ana: str, bruno: str
):
    with at_the_desk(playwright, server, desk) as lea:
        first, second = lea.books(ana), lea.books(bruno)
        lea.opens_the_day()
        with at_home(playwright) as one, at_home(playwright) as other:
            one.comes_by(first)
            lea.sees_on_the_board(ana, "Sur le parcours")
            lea.begins_to_write(ana, "Bonjour, je")

            other.comes_by(second)
            other.waits(bruno)

            lea.sees_on_the_board(bruno, "Attend", "à l’instant")
            lea.is_told(f"{bruno} attend dans la salle d’attente.")
            lea.reads_in_the_title("(")
            lea.is_still_writing(ana, "Bonjour, je")


def test_who_is_stuck_goes_on_top_and_reads_the_answer(
    playwright: Playwright, server: RunningServer
):
    with at_the_desk(playwright, server) as lea, at_home(playwright) as chloe:
        card = lea.books("Chloé Vidal")
        lea.opens_the_day()
        chloe.comes_by(card)
        chloe.goes_to("camera")

        chloe.screen.press("Je suis bloqué")

        lea.sees_first("Chloé Vidal")
        lea.sees_on_the_board("Chloé Vidal", "Bloqué", "Étape 4 sur 12")
        lea.picks_the_phrase("Chloé Vidal", "Vous pouvez passer cette étape et continuer.")
        lea.sends("Chloé Vidal")
        chloe.screen.sees("Vous pouvez passer cette étape et continuer.")
        chloe.screen.type_in("Votre message", "Merci, j'ai compris")
        chloe.screen.press("Envoyer")
        lea.sees_on_the_board("Chloé Vidal", "Merci, j'ai compris")


def test_who_is_not_let_in_reads_why(playwright: Playwright, server: RunningServer):
    with at_the_desk(playwright, server) as lea, at_home(playwright) as david:
        card = lea.books("David Roche")
        lea.opens_the_day()
        david.comes_by(card)
        david.waits("David Roche")

        lea.turns_away("David Roche", "J’appelle par téléphone : numéro à demander")

        lea.sees_on_the_board("David Roche", "Pas encore admis")
        david.screen.sees("Votre agent préfère vous parler au téléphone.")


def test_a_press_that_came_to_nothing_is_said_where_it_is_seen(
    playwright: Playwright, server: RunningServer
):
    with at_the_desk(playwright, server) as lea, at_home(playwright) as nora:
        card = lea.books("Nora Petit")
        lea.opens_the_day()
        nora.comes_by(card)

        with lea.losing_what_it_sends():
            lea.turns_away("Nora Petit", "J’appelle par téléphone : numéro à demander")
            lea.screen.sees("La demande n’est pas partie.")

        lea.screen.press("J’appelle par téléphone : numéro à demander")
        lea.sees_on_the_board("Nora Petit", "Pas encore admis")
        lea.screen.waits_until("!document.querySelector('[data-failed]').checkVisibility()")


def test_letting_in_from_the_path_opens_the_call_for_both(
    playwright: Playwright, server: RunningServer
):
    with at_the_desk(playwright, server) as lea, at_home(playwright) as emma:
        card = lea.books("Emma Blanc")
        lea.opens_the_day()
        emma.comes_by(card)
        emma.goes_to("sound")

        lea.lets_in_from_the_board("Emma Blanc")

        emma.screen.sees("L’agent vous attend")


def test_a_press_counts_though_its_card_moves_before_the_release(
    playwright: Playwright, server: RunningServer
):
    with at_the_desk(playwright, server) as lea, at_home(playwright) as iris:
        card = lea.books("Iris Noir")
        lea.opens_the_day()
        iris.comes_by(card)
        iris.goes_to("name")
        lea.sees_on_the_board("Iris Noir", "Nom")

        with lea.pressing_let_in("Iris Noir"):
            iris.waits("Iris Noir")

        iris.screen.sees("L’agent vous attend")

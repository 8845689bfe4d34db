"""A device that others use too: after "Terminer" neither Back nor the history opens the room."""

from __future__ import annotations

import pytest
from playwright.sync_api import Playwright
from sqlalchemy.orm import Session

from tests.builders.server_appointments import Booked
from tests.drivers.chromium import Person, sitting_at_chromium
from tests.drivers.people import Citizen
from tests.drivers.server import RunningServer
from tests.journeys.visits import latest_visit

pytestmark = [pytest.mark.browser]


def test_after_the_good_bye_back_reload_and_the_history_open_nothing_and_the_link_does(
    playwright: Playwright, server: RunningServer, session: Session, booked: Booked
):
    with sitting_at_chromium(playwright, Person()) as screen:
        amina = Citizen(screen)
        amina.opens(booked.link)
        screen.open(f"{server.url}/parcours/attente")
        amina.is_at("waiting_room")
        before = latest_visit(session)
        been_to = [screen.address, f"{server.url}/parcours/visio", f"{server.url}/parcours/fin"]
        screen.open(been_to[-1])
        # The page may still ask for its state while the next one is loading.
        screen.inspector.expect(r"403 .*/parcours/etat")
        screen.press("Terminer")
        screen.sees("Tapez le code et le mot de passe")

        for _ in range(4):
            amina.goes_back_in_the_history()
            amina.has_no_visit_on_screen()
        amina.loads_the_page_again()
        amina.has_no_visit_on_screen()
        for address in been_to:
            screen.open(address)
            amina.has_no_visit_on_screen()
        assert amina.what_the_browser_keeps() == ""

        session.rollback()
        assert before.participant.presence == "left"
        amina.opens(booked.link)
        assert latest_visit(session).id != before.id

"""An agent puts a person out of the call, or ends it for all: what both read, and the camera."""

from __future__ import annotations

import pytest
from playwright.sync_api import Playwright

from tests.builders.server_appointments import Booked
from tests.drivers.people import Agent, Citizen
from tests.drivers.server import RunningServer
from tests.journeys.conftest import meet, meeting

pytestmark = [pytest.mark.browser, pytest.mark.call]


def test_put_out_then_refused_then_locked_then_ended_for_all_each_is_said_and_the_camera_is_off(
    playwright: Playwright, server: RunningServer, booked: Booked
):
    with meeting(playwright, server) as (amina, lea):
        meet(amina, lea, booked)

        lea.puts_out("Amina")
        amina.reads("L’agent vous a fait sortir de la visio")
        amina.is_at("waiting_room")
        films_nobody(amina)
        lea.is_alone()

        comes_back(amina, lea)
        lea.puts_out("Amina", "Le rendez-vous doit être déplacé")
        amina.is_at("waiting_room")
        amina.reads("Votre rendez-vous doit être déplacé.")
        films_nobody(amina)

        lea.locks_the_room()
        amina.screen.press("Frapper de nouveau à la porte")
        amina.reads("La salle est verrouillée pour le moment.")
        lea.unlocks_the_room()
        comes_back(amina, lea)
        lea.ends_for_all()
        amina.reads("La visio est terminée pour tous")
        amina.is_at("end")
        films_nobody(amina)


def comes_back(amina: Citizen, lea: Agent) -> None:
    lea.lets_in("Amina")
    amina.enters_at_once()
    for one in (amina, lea):
        one.is_with_somebody()


def films_nobody(one: Citizen) -> None:
    """Look whether every camera and microphone that the page had is released."""
    one.screen.waits_until(
        "[...document.querySelectorAll('video')].every("
        "e => (e.srcObject?.getTracks() ?? []).every(t => t.readyState === 'ended'))"
    )

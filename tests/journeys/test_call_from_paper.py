"""From the card on paper to the agent's face, every step walked."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Playwright

from tests.builders.server_appointments import Booked
from tests.drivers.chromium import Person
from tests.drivers.media_files import AMINA, LEA
from tests.drivers.server import RunningServer
from tests.journeys.conftest import AMINA_AT_HOME, meeting
from tests.journeys.paper import link_on_the_card

pytestmark = [pytest.mark.browser, pytest.mark.call]


def test_from_the_qr_code_on_paper_to_the_agents_face(
    playwright: Playwright, server: RunningServer, booked: Booked, tmp_path: Path
):
    with meeting(playwright, server, AMINA_AT_HOME.but(screen="phone")) as (amina, lea):
        link = link_on_the_card(lea.screen, server, booked, tmp_path)
        assert link == booked.link

        amina.opens(link)
        amina.goes_through_the_permissions()
        amina.looks_and_speaks()
        amina.listens_and_measures()
        amina.says_their_name("Amina")
        lea.opens_the_call(booked)
        lea.lets_in("Amina")
        amina.enters_at_once()

        amina.is_with_somebody()
        amina.sees(LEA)
        amina.hears(LEA.tone_hz)
        lea.sees(AMINA)
        lea.hears(AMINA.tone_hz)


@pytest.mark.parametrize(
    ("amina_has", "camera", "microphone"),
    [
        (AMINA_AT_HOME.but(camera="refused"), False, True),
        (AMINA_AT_HOME.but(microphone="refused"), True, False),
        (AMINA_AT_HOME.but(camera="refused", microphone="refused"), False, False),
    ],
    ids=["no camera", "no microphone", "neither"],
)
def test_a_refused_device_never_locks_the_door(
    playwright: Playwright,
    server: RunningServer,
    booked: Booked,
    amina_has: Person,
    camera: bool,
    microphone: bool,
):
    with meeting(playwright, server, amina_has) as (amina, lea):
        amina.opens(booked.link)
        amina.goes_through_the_permissions(camera=camera, microphone=microphone)
        amina.looks_and_speaks(camera=camera, microphone=microphone)
        amina.passes_over("sound", "network")
        amina.says_their_name("Amina")
        lea.opens_the_call(booked)
        lea.lets_in("Amina")
        amina.enters_at_once()

        amina.is_with_somebody()
        amina.sees(LEA)
        amina.hears(LEA.tone_hz)
        if camera:
            lea.sees(AMINA)
        else:
            lea.reads_on_the_other("Caméra coupée")
        if microphone:
            lea.hears(AMINA.tone_hz)
        else:
            lea.reads_on_the_other("Micro coupé")


def test_a_typed_code_and_password_lead_to_the_agent(
    playwright: Playwright, server: RunningServer, booked: Booked
):
    with meeting(playwright, server) as (amina, lea):
        lea.opens_the_call(booked)

        amina.types(server, booked)
        amina.allows_only("Amina")
        lea.lets_in("Amina")
        amina.enters_at_once()

        amina.is_with_somebody()
        amina.sees(LEA)
        lea.hears(AMINA.tone_hz)


def test_where_web_sockets_are_blocked_the_page_polls_and_everything_works(
    playwright: Playwright, server: RunningServer, booked: Booked
):
    with meeting(playwright, server, AMINA_AT_HOME.but(web_sockets=False)) as (amina, lea):
        lea.opens_the_call(booked)

        amina.opens(booked.link)
        amina.allows_only("Amina")
        lea.lets_in("Amina")
        amina.enters_at_once()

        amina.is_with_somebody()
        amina.sees(LEA)
        lea.sees(AMINA)

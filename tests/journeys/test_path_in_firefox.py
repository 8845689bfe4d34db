"""The path in Firefox, its verdicts read as a person reads them."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

from tests.builders.server_appointments import Booked
from tests.drivers.firefox import sitting_at_firefox
from tests.drivers.people import Citizen
from tests.drivers.server import RunningServer
from tests.journeys.visits import checks_of, latest_visit

pytestmark = [pytest.mark.browser, pytest.mark.call]


def test_in_firefox_a_person_with_good_devices_reads_that_all_is_good(
    server: RunningServer, booked: Booked, session: Session
):
    with sitting_at_firefox() as firefox:
        amina = Citizen(firefox)
        amina.opens(booked.link)
        amina.goes_through_the_permissions()
        assert amina.reads_the_verdict("picture") == "On vous voit bien."
        firefox.press("Je me vois bien")
        amina.is_at("voice")
        assert amina.reads_the_verdict("voice") == "On vous entend bien."
        firefox.press("Oui, la barre bouge")
        amina.is_at("sound")
        firefox.press("Écouter la musique")
        firefox.press("Oui, j’entends")
        amina.is_at("network")
        assert amina.reads_the_verdict("network") == "Votre connexion est bonne."
        firefox.press("Continuer")
        amina.says_their_name("Amina")
        firefox.sees("Vous aurez l’image et le son.")

        found = checks_of(session, latest_visit(session))
        assert {check: result.code for check, result in found.items()} == {
            check: f"{check}.good"
            for check in (
                *("device", "camera", "microphone", "picture", "voice", "sound", "network"),
            )
        }
        assert firefox.complaints == []

"""Closed means closed: nothing is read and nothing written, except leaving and a good-bye."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from kiosk import clock
from kiosk.appointments import booking
from kiosk.appointments.model import Status
from kiosk.assist import helping
from kiosk.assist.model import Author
from kiosk.calls import store as calls
from kiosk.citizen.pages import END_PAGE_KEPT
from kiosk.request import gate
from kiosk.storage import revisions
from kiosk.storage.database import writing
from kiosk.visits.model import Visit
from tests.builders.remembering_engine import RememberingEngine
from tests.pages.citizen.conftest import Citizen, Room, appointment, plain

COMMANDS: dict[str, dict[str, object]] = {
    "etape": {"step": "voice"},
    "appareil": {"kind": "phone"},
    "verification": {"check": "sound", "figures": {"heard": 1}},
    "aide": {"reason": "step.voice"},
    "aide/fin": {},
    "message": {"text": "Bonjour"},
    "nom": {"name": "Quelqu'un"},
    "frapper": {},
    "presence": {},
    "media/offre": {},
    "media/offre?echo=1": {},
    "media/reponse": {"peer": "peer-1", "sdp": "v=0"},
}


def over_by_the_hour(context: Session, room: Room, now: datetime) -> datetime:
    return appointment(context, room).room.closes_at


def twenty_days_later(context: Session, room: Room, now: datetime) -> datetime:
    return now + timedelta(days=20)


def closed_by_the_agent(context: Session, room: Room, now: datetime) -> datetime:
    later = now + timedelta(minutes=25)
    booked = appointment(context, room)
    booking.close(context, RememberingEngine(), booked, Status.ATTENDED, now=later)
    return later


def cancelled(context: Session, room: Room, now: datetime) -> datetime:
    booking.cancel(context, RememberingEngine(), appointment(context, room), now=now)
    return now


ENDS = [over_by_the_hour, twenty_days_later, closed_by_the_agent, cancelled]
End = Callable[[Session, Room, datetime], datetime]


@pytest.mark.parametrize("ends", ENDS)
def test_a_visit_whose_room_is_over_reads_and_writes_nothing(
    app: Flask, amina: Citizen, visit: Visit, room: Room, context: Session, now: datetime, ends: End
):
    app.extensions["media"] = engine = RememberingEngine()
    with writing(context):
        helping.say(context, visit, Author.AGENT, "Apportez votre avis", now=now)
    after = ends(context, room, now)
    before = revisions.current(context, calls.room_topic(room.room_id))

    with clock.fixed(after):
        answers = {path: amina.sends(path, **body) for path, body in COMMANDS.items()}
        answers["etat"] = amina.state()
        answers["etapes"] = amina.browser.get("/parcours/etapes")
        answers["attente"] = amina.browser.get("/parcours/attente")

    context.rollback()
    assert {path: one.status_code for path, one in answers.items()} == dict.fromkeys(answers, 410)
    assert not any("Apportez" in one.text for one in answers.values())
    assert revisions.current(context, calls.room_topic(room.room_id)) == before
    assert engine.peers == {}


@pytest.mark.parametrize("ends", ENDS)
def test_leaving_is_always_possible(
    app: Flask, amina: Citizen, visit: Visit, room: Room, context: Session, now: datetime, ends: End
):
    app.extensions["media"] = RememberingEngine()
    with clock.fixed(ends(context, room, now)):
        hung_up = amina.sends("media/quitter", peer="")
        finished = amina.sends("terminer")

        assert (hung_up.status_code, finished.status_code) == (204, 303)
        assert amina.state().status_code == 403


def test_the_good_bye_is_read_for_an_hour_and_holds_nothing(
    amina: Citizen, visit: Visit, room: Room, context: Session, now: datetime
):
    with writing(context):
        helping.say(context, visit, Author.AGENT, "Apportez votre avis", now=now)
    closes_at = closed_by_the_agent(context, room, now)
    until = appointment(context, room).room.closes_at + END_PAGE_KEPT
    before = revisions.current(context, calls.room_topic(room.room_id))

    for moment in (closes_at, until - timedelta(seconds=1)):
        with clock.fixed(moment):
            page = amina.browser.get("/parcours/fin")
        assert page.status_code == 200
        assert "Votre visio est terminée." in plain(page.text)
        assert "05 57 41 00 00" in page.text
        assert "Apportez" not in page.text
        assert "/parcours/attente" not in page.text
    with clock.fixed(until):
        assert amina.browser.get("/parcours/fin").status_code == 410

    context.rollback()
    assert revisions.current(context, calls.room_topic(room.room_id)) == before
    assert visit.step == "welcome"


def test_once_finished_nothing_of_the_visit_is_left_in_the_browser_and_the_link_opens_it_again(
    amina: Citizen, visit: Visit, room: Room
):
    amina.sends("terminer")

    for path in ("/parcours", "/parcours/fin", "/parcours/attente"):
        again = amina.browser.get(path)
        assert (again.status_code, again.location) == (303, "/?lost=1")
        assert again.headers["Cache-Control"] == "no-store"
    assert amina.comes_by_link(room).location == "/parcours/bienvenue"


def test_a_visit_of_replaced_credentials_reads_that_they_were_replaced(
    amina: Citizen, visit: Visit, room: Room, context: Session, now: datetime
):
    booking.renew_credentials(
        context, RememberingEngine(), gate().keys, appointment(context, room), now=now
    )

    state, page, whole = amina.state(), amina.browser.get("/parcours/attente"), amina.sends("nom")
    start = amina.browser.get("/parcours")

    assert [one.json["error"]["code"] for one in (state, whole)] == ["gate.renewed"] * 2
    for one in (page, start):
        assert one.status_code == 410
        assert "Votre lien et votre code ont été remplacés" in plain(one.text)
        assert "05 57 41 00 00" in one.text

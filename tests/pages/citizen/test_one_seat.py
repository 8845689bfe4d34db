"""One link has one seat: a second browser goes on with it, or belongs to a companion."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

import pytest
from flask import Flask
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from kiosk import clock
from kiosk.assist import helping
from kiosk.assist import store as assist
from kiosk.assist.model import Author
from kiosk.calls import connections, plane_events, rooms
from kiosk.calls.admission import UNREACHABLE_AFTER
from kiosk.calls.model import Presence
from kiosk.settings import Settings
from kiosk.storage.database import Database, writing
from kiosk.visits import opening
from kiosk.visits.model import Visit
from tests.builders.remembering_engine import RememberingEngine
from tests.pages.citizen.conftest import Citizen, Room, appointment, plain
from tests.pages.inspector import InspectingClient


@pytest.fixture
def context(app: Flask, settings: Settings) -> Iterator[Session]:
    """A session of its own: two browsers inside one application context share a form's token."""
    database = Database(settings.sqlalchemy_url)
    with database.session() as session:
        yield session
    database.close()


@pytest.fixture
def engine(app: Flask) -> RememberingEngine:
    engine = app.extensions["media"] = RememberingEngine()
    return engine


@pytest.fixture
def elsewhere(app: Flask) -> Citizen:
    """A second browser."""
    client = app.test_client()
    assert isinstance(client, InspectingClient)
    client.environ_base["HTTP_ACCEPT_LANGUAGE"] = "fr-FR,fr;q=0.9"
    return Citizen(client)


def says(citizen: Citizen, room: Room, who: str) -> TestResponse:
    data = {"csrf_token": citizen.browser.token("/rdv"), "token": room.keys.token, "who": who}
    return citizen.browser.post("/rdv", data=data)


def lets_in(context: Session, room: Room, visit: Visit, now: datetime) -> None:
    with writing(context):
        helping.let_in(context, visit, agent_id=appointment(context, room).agent_id, now=now)


def test_a_second_browser_is_asked_who_it_is_and_changes_nothing_by_asking(
    amina: Citizen, elsewhere: Citizen, visit: Visit, room: Room, context: Session
):
    by_link = elsewhere.comes_by_link(room)
    by_code = elsewhere.types(room.keys.code, room.keys.password)

    for asked in (by_link, by_code):
        assert asked.status_code == 200
        assert "Continuer ici" in plain(asked.text)
        assert "Je suis une autre personne" in plain(asked.text)
        assert "05 57 41 00 00" in asked.text
    assert context.query(Visit).count() == 1
    assert amina.state().status_code == 200
    assert elsewhere.state().status_code == 403


def test_going_on_here_moves_the_visit_and_the_first_page_says_so(
    amina: Citizen,
    elsewhere: Citizen,
    visit: Visit,
    room: Room,
    context: Session,
    engine: RememberingEngine,
    now: datetime,
):
    amina.sends("nom", name="Amina B.")
    amina.sends("etape", step="waiting_room")
    amina.sends("frapper")
    with writing(context):
        helping.say(context, visit, Author.AGENT, "Bonjour", now=now)

    moved = says(elsewhere, room, "same")

    assert (moved.status_code, moved.location) == (303, "/parcours/appareil")
    there = elsewhere.state().json
    assert there["presence"] == "waiting"
    assert [one["text"] for one in there["messages"]] == ["Bonjour"]
    assert amina.state().json["error"]["code"] == "path.moved"
    page = amina.browser.get("/parcours/attente")
    assert page.status_code == 410
    assert "continue dans un autre navigateur" in plain(page.text)
    context.rollback()
    assert context.query(Visit).count() == 1
    assert visit.participant.name == "Amina B."
    assert "moved" in [one.event for one in assist.journal(context, visit.id)]


def test_moving_out_of_the_call_ends_its_media_and_an_agent_lets_them_in_again(
    amina: Citizen,
    elsewhere: Citizen,
    visit: Visit,
    room: Room,
    context: Session,
    engine: RememberingEngine,
    now: datetime,
):
    lets_in(context, room, visit, now)
    peer = connections.open_call(context, engine, visit.participant, now=now).peer
    connections.open_echo(context, engine, visit.participant)
    with writing(context):
        plane_events.connected(context, peer, now=now)

    says(elsewhere, room, "same")

    context.rollback()
    assert visit.participant.presence == Presence.WAITING
    assert engine.peers == {}
    assert engine.ended_because[peer] == "replaced"
    assert elsewhere.sends("media/offre").status_code == 403
    assert amina.sends("media/offre").json["error"]["code"] == "path.moved"
    lets_in(context, room, visit, now)
    assert elsewhere.sends("media/offre").status_code == 200


def test_a_link_puts_nobody_out_of_a_call_that_the_agent_has_locked(
    amina: Citizen,
    elsewhere: Citizen,
    visit: Visit,
    room: Room,
    context: Session,
    engine: RememberingEngine,
    now: datetime,
):
    lets_in(context, room, visit, now)
    with writing(context):
        rooms.lock(context, visit.participant.room, now=now)

    refused = says(elsewhere, room, "same")

    assert refused.status_code == 423
    assert "05 57 41 00 00" in refused.text
    assert amina.sends("media/offre").status_code == 200


def test_who_typed_the_code_is_not_given_the_link_that_stands_for_a_name(
    elsewhere: Citizen, amina: Citizen, visit: Visit, room: Room
):
    says_other = {"code": room.keys.code, "password": room.keys.password, "who": "other"}
    csrf = {"csrf_token": elsewhere.browser.token("/")}
    assert elsewhere.browser.post("/", data={**csrf, **says_other}).status_code == 303

    assert room.keys.token in amina.browser.get("/parcours/appareil").text
    assert room.keys.token not in elsewhere.browser.get("/parcours/appareil").text


def test_the_seat_can_be_taken_back(
    amina: Citizen, elsewhere: Citizen, visit: Visit, room: Room, engine: RememberingEngine
):
    says(elsewhere, room, "same")

    assert amina.comes_by_link(room).status_code == 200
    says(amina, room, "same")

    assert (amina.state().status_code, elsewhere.state().status_code) == (200, 410)


def test_another_person_becomes_a_companion_with_a_visit_and_an_admission_of_their_own(
    amina: Citizen,
    elsewhere: Citizen,
    visit: Visit,
    room: Room,
    context: Session,
    engine: RememberingEngine,
    now: datetime,
):
    came = says(elsewhere, room, "other")

    context.rollback()
    companion = context.query(Visit).order_by(Visit.id.desc()).first()
    assert came.location == "/parcours/bienvenue"
    assert companion is not None
    assert companion.id != visit.id
    assert companion.participant.seat == "companion"
    assert elsewhere.sends("nom", name="").json["name"] == ""
    lets_in(context, room, visit, now)
    assert elsewhere.sends("media/offre").status_code == 403
    lets_in(context, room, companion, now)
    assert elsewhere.sends("media/offre").status_code == 200
    assert engine.roles[str(companion.participant_id)] == "companion"
    assert amina.state().json["names"][str(companion.participant_id)] == "Personne sans nom"
    assert elsewhere.comes_by_link(room).status_code == 303


def test_somebody_who_answers_no_more_holds_no_seat_and_leaves_no_twin(
    amina: Citizen,
    elsewhere: Citizen,
    visit: Visit,
    room: Room,
    context: Session,
    engine: RememberingEngine,
    now: datetime,
):
    lets_in(context, room, visit, now)

    with clock.fixed(now + UNREACHABLE_AFTER):
        came = elsewhere.comes_by_link(room)
        assert came.status_code == 303
        assert amina.state().json["error"]["code"] == "path.moved"

    context.rollback()
    assert context.query(Visit).count() == 1
    assert visit.participant.presence == Presence.WAITING


def test_who_takes_the_seat_by_the_code_does_not_take_the_name_of_who_came_by_the_link(
    amina: Citizen, elsewhere: Citizen, visit: Visit, room: Room, engine: RememberingEngine
):
    amina.sends("nom", name="Amina B.")
    data = {
        "csrf_token": elsewhere.browser.token("/"),
        "code": room.keys.code,
        "password": room.keys.password,
        "who": "same",
    }

    assert elsewhere.browser.post("/", data=data).status_code == 303

    assert "Amina" not in elsewhere.browser.get("/parcours/nom").text


def test_after_the_good_bye_on_one_device_the_link_begins_anew_on_another(
    amina: Citizen,
    elsewhere: Citizen,
    visit: Visit,
    room: Room,
    context: Session,
    engine: RememberingEngine,
):
    amina.sends("terminer")

    assert elsewhere.comes_by_link(room).location == "/parcours/bienvenue"
    context.rollback()
    assert context.query(Visit).count() == 2


def test_everybody_of_a_meeting_has_a_seat(
    app: Flask, citizen: Citizen, elsewhere: Citizen, room: Room, context: Session, now: datetime
):
    keys = app.extensions["gate"].keys
    house_id = appointment(context, room).house_id
    with writing(context):
        meeting = opening.meeting(context, keys, house_id=house_id, name="Atelier CV", now=now)
    token = keys.of(meeting).token

    for one in (citizen, elsewhere):
        assert one.pastes(token).status_code == 303

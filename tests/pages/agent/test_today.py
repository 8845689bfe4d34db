"""The live board: who needs what, in which order, and what one press does."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from kiosk import clock
from kiosk.appointments.model import Appointment
from kiosk.assist import helping
from kiosk.assist import store as assist
from kiosk.assist.model import Author
from kiosk.calls import admission, connections, ending, plane_events
from kiosk.calls import store as calls
from kiosk.calls.gate import WRONG_PASSWORDS_A_ROOM_BEARS, Gate
from kiosk.calls.guesses import Who
from kiosk.calls.model import Presence
from kiosk.errors import KioskError
from kiosk.storage import revisions
from kiosk.storage.database import writing
from kiosk.visits.model import Visit
from tests.builders.cast import Cast, arrived
from tests.builders.remembering_engine import RememberingEngine
from tests.pages.inspector import InspectingClient

JSON = {"Accept": "application/json"}
CAMERA_DENIED = ("camera", "refused", "camera.denied")


def rows_of(page: str) -> list[str]:
    return re.findall(r'id="visit-\d+-name">([^<]+)<', page)


def command(client: InspectingClient, visit_id: int, verb: str, **data: str):
    return client.post(
        f"/agent/visites/{visit_id}/{verb}", data={"csrf_token": client.token("/agent/"), **data}
    )


def test_an_empty_day_says_what_to_do(lea: InspectingClient):
    page = lea.get("/agent/").text

    assert "Personne n’est en route" in page
    assert "Aucun rendez-vous aujourd’hui" in page


def test_people_stand_in_order_of_need(
    lea: InspectingClient, session: Session, book: Callable[..., Appointment], now: datetime
):
    names = ("Ines", "Robert", "Olena", "Amina", "Paul")
    ines, robert, olena, amina, paul = (book(citizen_name=name) for name in names)
    in_call = arrived(session, ines, now=now)
    arrived(session, robert, now=now, step="sound")
    arrived(session, olena, now=now, waiting=True)
    stuck = arrived(session, amina, now=now, step="camera", checks=[CAMERA_DENIED])
    refused = arrived(session, paul, now=now, waiting=True)
    with writing(session):
        admission.admit(session, in_call.participant, now=now)
        connections.note_peer(in_call.participant, "peer-1", now=now)
        plane_events.connected(session, "peer-1", now=now)
        helping.ask_for_help(session, stuck, "camera.denied", now=now)
        ending.refuse(session, refused.participant, "agent_busy", ending.Connections(), now=now)  # type: ignore[arg-type]

    page = lea.get("/agent/").text

    assert rows_of(page) == ["Amina", "Olena", "Robert", "Paul", "Ines"]


def test_somebody_stuck_is_shown_with_the_reason_the_step_and_ready_sentences(
    lea: InspectingClient, session: Session, book: Callable[..., Appointment], now: datetime
):
    visit = arrived(session, book(), now=now, step="camera", checks=[CAMERA_DENIED])
    with writing(session):
        helping.ask_for_help(session, visit, "camera.denied", now=now)

    with clock.fixed(now + timedelta(minutes=3)):
        page = lea.get("/agent/").text.replace("\xa0", " ")

    assert "La caméra est refusée dans le navigateur." in page
    assert "Étape 4 sur 12 : Autorisation de la caméra" in page
    assert "Caméra : refusé" in page
    assert "depuis 3 minutes" in page
    assert "Cliquez sur le cadenas à gauche de l’adresse, puis autorisez la caméra." in page
    assert 'href="tel:+33639980011"' in page


def test_a_reason_that_names_a_step_is_said_in_words(
    lea: InspectingClient, session: Session, book: Callable[..., Appointment], now: datetime
):
    visit = arrived(session, book(), now=now, step="sound")
    with writing(session):
        helping.ask_for_help(session, visit, "step.sound", now=now)

    assert "Bloqué à l’étape « Son »." in lea.get("/agent/").text.replace("\xa0", " ")


def test_a_page_not_heard_of_is_shown_as_closed(
    lea: InspectingClient, session: Session, book: Callable[..., Appointment], now: datetime
):
    arrived(session, book(), now=now, waiting=True)

    with clock.fixed(now + timedelta(seconds=44)):
        assert "Page fermée ou en veille" not in lea.get("/agent/").text
    with clock.fixed(now + timedelta(seconds=46)):
        assert "Page fermée ou en veille" in lea.get("/agent/").text


def test_the_state_is_told_once_and_again_when_something_moves(
    lea: InspectingClient, session: Session, book: Callable[..., Appointment], now: datetime
):
    amina = book()
    first = lea.get("/agent/etat?since=0", headers=JSON).json
    number = first["revision"]

    assert lea.get(f"/agent/etat?since={number}", headers=JSON).status_code == 204
    arrived(session, amina, now=now, waiting=True)
    answer = lea.get(f"/agent/etat?since={number}", headers=JSON).json

    assert "Attend" in answer["html"]
    assert [one["text"] for one in answer["alarms"]] == [
        "Amina Benali attend dans la salle d’attente."
    ]


def test_the_page_falling_silent_is_told_without_any_row_being_written(
    lea: InspectingClient, session: Session, book: Callable[..., Appointment], now: datetime
):
    arrived(session, book(), now=now, waiting=True)
    number = lea.get("/agent/etat?since=0", headers=JSON).json["revision"]

    with clock.fixed(now + timedelta(minutes=1)):
        answer = lea.get(f"/agent/etat?since={number}", headers=JSON).json

    assert "Page fermée ou en veille" in answer["html"]
    assert answer["alarms"] == []


def test_another_house_sees_nobody(
    karim: InspectingClient, session: Session, book: Callable[..., Appointment], now: datetime
):
    visit = arrived(session, book(), now=now, waiting=True)

    assert rows_of(karim.get("/agent/").text) == []
    for verb in ("admettre", "refuser", "repondre", "debloque"):
        assert command(karim, visit.id, verb, reason="agent_busy").status_code == 404


def test_letting_in_takes_the_agent_to_the_call(
    lea: InspectingClient, session: Session, book: Callable[..., Appointment], now: datetime
):
    amina = book()
    visit = arrived(session, amina, now=now, step="sound")

    answer = command(lea, visit.id, "admettre", then="call")

    session.rollback()
    assert visit.participant.presence == Presence.ADMITTED
    assert answer.location == f"/agent/rendez-vous/{amina.id}/visio?entrer=1"


def test_refusing_needs_one_of_the_reasons(
    lea: InspectingClient, session: Session, book: Callable[..., Appointment], now: datetime
):
    visit = arrived(session, book(), now=now, waiting=True)

    assert command(lea, visit.id, "refuser", reason="bad_mood").status_code == 400
    assert command(lea, visit.id, "refuser", reason="call_by_phone").status_code == 302

    session.rollback()
    assert visit.participant.presence == Presence.REFUSED
    assert "J’appelle par téléphone" in lea.get("/agent/").text


def test_an_answer_in_writing_is_kept_and_shown(
    lea: InspectingClient, session: Session, book: Callable[..., Appointment], now: datetime
):
    visit = arrived(session, book(), now=now)
    with writing(session):
        helping.say(session, visit, Author.CITIZEN, "Je ne vois rien", now=now)
    assert "1 message à lire" in lea.get("/agent/").text

    command(lea, visit.id, "repondre", text="Je vous aide <b>tout de suite</b>.")

    page = lea.get("/agent/").text
    assert "Je vous aide &lt;b&gt;tout de suite&lt;/b&gt;." in page
    assert "message à lire" not in page


def test_a_ready_sentence_leaves_in_the_citizen_s_language(
    lea: InspectingClient, session: Session, book: Callable[..., Appointment], now: datetime
):
    arrived(session, book(language="en"), now=now, checks=[CAMERA_DENIED])

    page = lea.get("/agent/").text

    assert 'value="Click the padlock to the left of the address, then allow the camera."' in page
    assert ">Cliquez sur le cadenas" in page
    assert "Cette personne lit en English." in page


def test_an_empty_answer_is_refused_in_words_a_script_can_show(
    lea: InspectingClient, session: Session, book: Callable[..., Appointment], now: datetime
):
    visit = arrived(session, book(), now=now)

    answer = lea.post(
        f"/agent/visites/{visit.id}/repondre",
        data={"csrf_token": lea.token("/agent/"), "text": "  "},
        headers=JSON,
    )

    assert answer.status_code == 400
    assert answer.json["error"]["message"] == "Le message est vide"


def test_no_longer_stuck_goes_back_among_the_others(
    lea: InspectingClient, session: Session, book: Callable[..., Appointment], now: datetime
):
    visit = arrived(session, book(), now=now)
    with writing(session):
        helping.ask_for_help(session, visit, "step.welcome", now=now)

    command(lea, visit.id, "debloque")

    session.rollback()
    assert visit.stuck_since is None
    assert [one.event for one in assist.journal(session, visit.id)] == ["stuck", "unstuck"]


def test_a_locked_browser_is_shown_and_unlocked_by_one_press(
    lea: InspectingClient, session: Session, gate: Gate, now: datetime
):
    who = Who(browser="a-browser", address="203.0.113.9")
    for minute in range(8):
        with pytest.raises(KioskError):
            gate.by_code(session, "1", "x", who=who, now=now + timedelta(minutes=minute - 8))

    page = lea.get("/agent/").text
    assert "Quelqu’un s’est trompé trop souvent de code" in page
    assert "8 essais" in page
    assert "203.0.113.9" not in page

    [locked] = calls.locked(session, now)
    digest = locked.digest
    lea.post(f"/agent/verrous/{digest}/ouvrir", data={"csrf_token": lea.token("/agent/")})
    assert "trompé trop souvent" not in lea.get("/agent/").text


def test_a_code_with_too_many_wrong_passwords_is_shown_and_mended_by_one_press(
    lea: InspectingClient,
    karim: InspectingClient,
    session: Session,
    gate: Gate,
    book: Callable[..., Appointment],
    now: datetime,
):
    aminas, quiet = book(), book(citizen_name="Robert Delmas")
    page, topic = f"/agent/rendez-vous/{aminas.id}", calls.house_topic(aminas.house_id)
    right = gate.keys.of(aminas.room)
    with writing(session):
        aminas.room.wrong_passwords = WRONG_PASSWORDS_A_ROOM_BEARS - 1
    assert "mots de passe faux" not in lea.get("/agent/").text + lea.get(page).text
    before = revisions.current(session, topic)
    with pytest.raises(KioskError):
        gate.by_code(session, right.code, "bababa", who=Who("a", "192.0.2.9"), now=now)

    shown = lea.get("/agent/").text.partition('id="blocked-codes"')[2].partition("</section>")[0]
    refused = karim.post(
        f"/agent/salles/{aminas.room_id}/code/debloquer",
        data={"csrf_token": karim.token("/agent/")},
    )

    assert revisions.current(session, topic) > before
    assert "Amina Benali" in shown
    assert "Robert Delmas" not in shown
    assert 'data-opens="renew"' in lea.get(page).text.partition('id="code-blocked"')[2]
    assert 'id="code-blocked"' not in lea.get(f"/agent/rendez-vous/{quiet.id}").text
    assert refused.status_code == 404

    mended = lea.post(
        f"/agent/salles/{aminas.room_id}/code/debloquer",
        data={"csrf_token": lea.token("/agent/"), "from": page},
    )

    assert mended.location == page
    assert "mots de passe faux" not in lea.get("/agent/").text + lea.get(page).text
    session.rollback()
    for digest in gate.guesses.digests(Who("a", "192.0.2.9"), right.code):
        gate.release(session, digest)
    assert gate.by_code(session, right.code, right.password, who=Who("a", "192.0.2.9"), now=now)


def test_who_closed_the_room_is_no_longer_on_the_board(
    lea: InspectingClient, session: Session, book: Callable[..., Appointment], now: datetime
):
    arrived(session, book(), now=now)

    with clock.fixed(now + timedelta(hours=3)):
        assert rows_of(lea.get("/agent/").text) == []


def test_the_board_speaks_english(
    lea: InspectingClient,
    session: Session,
    cast: Cast,
    book: Callable[..., Appointment],
    now: datetime,
):
    arrived(session, book(), now=now, waiting=True)

    page = lea.get("/agent/?lang=en").text

    assert "Today" in page
    assert "Let in" in page


def test_refusing_somebody_in_the_call_puts_them_out(
    app: Flask,
    lea: InspectingClient,
    session: Session,
    book: Callable[..., Appointment],
    now: datetime,
):
    plane = app.extensions["media"] = RememberingEngine()
    visit = in_call(session, plane, book(), now)

    assert command(lea, visit.id, "refuser", reason="call_by_phone").status_code == 302

    session.rollback()
    assert visit.participant.presence == Presence.REFUSED
    assert plane.peers == {}


def test_somebody_removed_from_the_call_is_on_the_board_again_when_they_knock(
    app: Flask,
    lea: InspectingClient,
    session: Session,
    book: Callable[..., Appointment],
    now: datetime,
):
    plane = app.extensions["media"] = RememberingEngine()
    visit = in_call(session, plane, book(), now)

    assert command(lea, visit.id, "retirer").status_code == 302

    session.rollback()
    assert visit.participant.presence == Presence.REMOVED
    assert plane.peers == {}
    assert rows_of(lea.get("/agent/").text) == []
    with writing(session):
        admission.knock(session, visit.participant, now=now)
    assert rows_of(lea.get("/agent/").text) == ["Amina Benali"]


def in_call(
    session: Session, plane: RememberingEngine, appointment: Appointment, now: datetime
) -> Visit:
    visit = arrived(session, appointment, now=now, waiting=True)
    with writing(session):
        admission.admit(session, visit.participant, now=now)
    offer = connections.open_call(session, plane, visit.participant, now=now)
    with writing(session):
        plane_events.connected(session, offer.peer, now=now)
    return visit

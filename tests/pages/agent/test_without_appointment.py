"""People without an appointment: on the board, let in, on a call page, like everybody else."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import Engine, event
from sqlalchemy.orm import Session

from kiosk import clock
from kiosk.appointments.model import Appointment
from kiosk.calls import participants, presence
from kiosk.calls.gate import Gate
from kiosk.calls.model import Presence
from kiosk.storage.database import writing
from kiosk.visits import opening, progress
from kiosk.visits.model import Visit
from kiosk.visits.opening import Arrival
from tests.builders.cast import Cast, arrived
from tests.pages.agent.test_call import Plane
from tests.pages.citizen.conftest import plain
from tests.pages.inspector import InspectingClient

WalkIn = Callable[..., Visit]


@pytest.fixture
def comes(session: Session, gate: Gate, cast: Cast, now: datetime) -> WalkIn:
    """Let somebody come to Sainte-Foy without an appointment."""

    def come(name: str = "Rachid", open_visit=opening.walk_in) -> Visit:  # type: ignore[no-untyped-def]
        arrival = Arrival(house_id=cast.sainte_foy.id, language="fr")
        with writing(session):
            visit = open_visit(session, gate.keys, arrival, now=now).visit
            participants.introduce(session, visit.participant, name)
        return visit

    return come


def call_page(visit: Visit) -> str:
    return f"/agent/salles/{visit.participant.room_id}/visio"


@pytest.mark.parametrize(
    ("open_visit", "said"),
    [
        (opening.walk_in, "Sans rendez-vous"),
        (opening.help_now, "Demande d'aide immédiate"),
        (opening.test, "Essai du matériel"),
    ],
)
def test_the_board_shows_who_came_without_an_appointment_and_what_for(
    lea: InspectingClient, comes: WalkIn, open_visit: object, said: str
):
    comes(open_visit=open_visit)

    board = plain(lea.get("/agent/").text)

    assert "Rachid" in board
    assert said in board


def test_help_asked_for_now_comes_first(
    lea: InspectingClient, comes: WalkIn, session: Session, now: datetime
):
    waiting = comes("Ines")
    with writing(session):
        progress.knock(session, waiting, now=now)
    comes("Olena", opening.help_now)

    board = plain(lea.get("/agent/").text)

    assert board.index("Olena") < board.index("Ines")
    assert "Bloqué" in board


def test_somebody_who_has_not_said_their_name_is_still_listed(lea: InspectingClient, comes: WalkIn):
    comes("")

    assert "Personne sans nom" in lea.get("/agent/").text


def test_who_comes_to_a_meeting_is_shown_with_its_name(
    lea: InspectingClient, session: Session, gate: Gate, cast: Cast, now: datetime
):
    with writing(session):
        room = opening.meeting(
            session, gate.keys, house_id=cast.sainte_foy.id, name="Atelier CV", now=now
        )
        visit = progress.enter(session, room, language="fr", now=now)
        participants.introduce(session, visit.participant, "Rachid")

    assert "Réunion : Atelier CV" in plain(lea.get("/agent/").text)
    assert "Réunion : Atelier CV" in plain(lea.get(f"/agent/salles/{room.id}/visio").text)


def test_a_walk_in_is_let_in_and_the_agent_is_led_to_the_call(
    lea: InspectingClient, comes: WalkIn, session: Session
):
    visit = comes()
    data = {"csrf_token": lea.token("/agent/"), "then": "call"}

    answer = lea.post(f"/agent/visites/{visit.id}/admettre", data=data)

    session.rollback()
    assert visit.participant.presence == Presence.ADMITTED
    assert answer.location == f"{call_page(visit)}?entrer=1"


def test_the_call_page_of_a_walk_in_holds_the_call_and_who_is_coming(
    lea: InspectingClient, app: Flask, comes: WalkIn, monkeypatch: pytest.MonkeyPatch
):
    visit, plane = comes(), Plane()
    monkeypatch.setitem(app.extensions, "media", plane)
    room = visit.participant.room_id

    page = lea.get(call_page(visit)).text
    headers = {"X-CSRFToken": lea.token("/agent/")}
    offer = lea.post(f"/agent/salles/{room}/media/offre", json={}, headers=headers)

    assert "Rachid" in page
    assert f'data-offer-url="/agent/salles/{room}/media/offre"' in page
    assert 'data-end-url="/agent/"' in page
    assert offer.status_code == 200
    assert plane.asked[0][:2] == ("join", str(room))
    assert lea.get(f"/agent/salles/{room}/etat").status_code == 200


def test_the_room_of_an_appointment_has_the_same_page_under_its_own_number(
    lea: InspectingClient, book: Callable[..., Appointment]
):
    appointment = book()

    page = plain(lea.get(f"/agent/salles/{appointment.room_id}/visio").text)

    assert "Visio avec Amina Benali" in page


def test_an_agent_of_another_house_finds_no_such_room(karim: InspectingClient, comes: WalkIn):
    assert karim.get(call_page(comes())).status_code == 404
    assert karim.get("/agent/salles/987654/visio").status_code == 404


def test_a_walk_in_is_on_the_board_until_their_room_closes_or_their_call_ends(
    lea: InspectingClient, comes: WalkIn, session: Session
):
    visit = comes()
    closes_at = visit.participant.room.closes_at

    with clock.fixed(closes_at - timedelta(seconds=1)):
        assert "Rachid" in lea.get("/agent/").text
    with clock.fixed(closes_at):
        assert "Rachid" not in lea.get("/agent/").text
        with writing(session):
            for event in (presence.Event.ADMIT, presence.Event.CONNECT):
                presence.apply(session, visit.participant, event, now=closes_at)
        assert "Rachid" in lea.get("/agent/").text


def test_the_board_asks_as_many_questions_for_ten_people_as_for_two(
    lea: InspectingClient,
    comes: WalkIn,
    session: Session,
    book: Callable[..., Appointment],
    now: datetime,
):
    comes()
    arrived(session, book(), now=now, checks=[("camera", "refused", "camera.denied")])
    with asked_of_the_database() as few:
        lea.get("/agent/etat")
    for _ in range(4):
        comes()
        arrived(session, book(), now=now, checks=[("camera", "refused", "camera.denied")])

    with asked_of_the_database() as many:
        lea.get("/agent/etat")

    assert len(many) == len(few)


@contextmanager
def asked_of_the_database() -> Iterator[list[str]]:
    asked: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        asked.append(statement)

    event.listen(Engine, "before_cursor_execute", note)
    yield asked
    event.remove(Engine, "before_cursor_execute", note)

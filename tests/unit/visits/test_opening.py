"""Visits without an appointment: walk-in, help now, test, and meetings that have a name."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from kiosk.appointments import store as appointments
from kiosk.assist import helping
from kiosk.assist import store as assist
from kiosk.assist.model import Author
from kiosk.calls import participants
from kiosk.calls import store as calls
from kiosk.calls.gate import Gate
from kiosk.calls.model import Presence, Purpose, Room
from kiosk.errors import KioskError
from kiosk.houses.model import Agent, House
from kiosk.run import retention
from kiosk.storage import revisions
from kiosk.storage.database import writing
from kiosk.visits import finding, opening, progress, results
from kiosk.visits import store as visits
from kiosk.visits.opening import Arrival, Opened

KIOSK = 3

Open = Callable[..., Opened]


@pytest.fixture
def arrival(sainte_foy: House) -> Arrival:
    return Arrival(house_id=sainte_foy.id, language="ar", device_id=KIOSK)


@pytest.mark.parametrize(
    ("open_visit", "purpose"),
    [
        (opening.walk_in, Purpose.WALK_IN),
        (opening.help_now, Purpose.HELP_NOW),
        (opening.test, Purpose.TEST),
    ],
)
def test_a_visit_begins_now_without_an_appointment(
    session: Session, gate: Gate, arrival: Arrival, now: datetime, open_visit: Open, purpose: str
):
    with writing(session):
        visit = open_visit(session, gate.keys, arrival, now=now).visit

    room = visit.participant.room
    assert (room.purpose, room.house_id) == (purpose, arrival.house_id)
    assert (visit.step, visit.participant.language) == ("welcome", "ar")
    assert visit.device == {"kind": "kiosk"}
    assert appointments.of_room(session, room.id) is None
    assert finding.open_on_device(session, KIOSK, now=now) is visit
    assert list(visits.present_in_room(session, room.id, now=now)) == [visit]


@pytest.mark.parametrize(
    ("open_visit", "hours"), [(opening.walk_in, 4), (opening.help_now, 2), (opening.test, 2)]
)
def test_a_room_closes_an_hour_after_what_its_purpose_may_last(
    session: Session, gate: Gate, arrival: Arrival, now: datetime, open_visit: Open, hours: int
):
    with writing(session):
        room = open_visit(session, gate.keys, arrival, now=now).visit.participant.room

    assert room.closes_at == now + timedelta(hours=hours)


def test_a_meeting_lasts_two_hours_and_closes_an_hour_later(
    session: Session, gate: Gate, sainte_foy: House, now: datetime
):
    with writing(session):
        room = opening.meeting(session, gate.keys, house_id=sainte_foy.id, name="CV", now=now)

    assert room.closes_at == now + timedelta(hours=3)


def test_a_meeting_that_opens_is_announced_to_its_house(
    session: Session, gate: Gate, sainte_foy: House, now: datetime
):
    topic = calls.house_topic(sainte_foy.id)
    before = revisions.current(session, topic)

    with writing(session):
        opening.meeting(session, gate.keys, house_id=sainte_foy.id, name="CV", now=now)

    assert revisions.current(session, topic) > before


def test_a_name_of_a_meeting_counts_up_to_its_eightieth_letter(
    session: Session, gate: Gate, sainte_foy: House, now: datetime
):
    def typed(name: str) -> Room:
        with writing(session):
            return opening.meeting(session, gate.keys, house_id=sainte_foy.id, name=name, now=now)

    room = typed("a" * 80)

    assert typed("a" * 80 + "b") is room
    assert room.name == "a" * 80
    assert typed("a" * 79 + "b") is not room
    assert typed("a" * 79) is not room


def test_the_room_of_a_walk_in_opens_by_its_link_like_any_other(
    session: Session, gate: Gate, arrival: Arrival, now: datetime
):
    with writing(session):
        room = opening.walk_in(session, gate.keys, arrival, now=now).visit.participant.room

    token = gate.keys.of(room).token
    assert gate.by_link(session, token, now=now) is room
    assert room.closes_at == now + timedelta(hours=4)


def test_somebody_who_needs_help_now_is_stuck_from_the_start_and_others_are_not(
    session: Session, gate: Gate, arrival: Arrival, now: datetime
):
    with writing(session):
        urgent = opening.help_now(session, gate.keys, arrival, now=now).visit
        calm = opening.walk_in(session, gate.keys, arrival, now=now).visit

    assert (urgent.stuck_since, urgent.stuck_reason) == (now, "step.welcome")
    assert calm.stuck_since is None


def test_the_next_visit_on_a_kiosk_names_the_one_to_end(
    session: Session, gate: Gate, arrival: Arrival, now: datetime
):
    with writing(session):
        first = opening.walk_in(session, gate.keys, arrival, now=now)
        second = opening.test(session, gate.keys, arrival, now=now)

    assert first.replaced is None
    assert second.replaced is first.visit
    assert finding.open_on_device(session, KIOSK, now=now) is second.visit


def test_a_visit_on_a_telephone_is_open_on_no_kiosk(
    session: Session, gate: Gate, sainte_foy: House, now: datetime
):
    somebody = Arrival(house_id=sainte_foy.id, language="fr")
    with writing(session):
        visit = opening.walk_in(session, gate.keys, somebody, now=now).visit

    assert (visit.open_on_device, visit.device) == (None, {})


def test_a_walk_in_waits_and_is_let_in(
    session: Session, gate: Gate, arrival: Arrival, lea: Agent, now: datetime
):
    with writing(session):
        visit = opening.walk_in(session, gate.keys, arrival, now=now).visit
        progress.knock(session, visit, now=now)
        helping.let_in(session, visit, agent_id=lea.id, now=now)

    assert visit.participant.presence == Presence.ADMITTED


def test_a_name_typed_twice_leads_to_one_meeting_and_another_day_to_another(
    session: Session, gate: Gate, sainte_foy: House, now: datetime
):
    def typed(name: str, at: datetime) -> int:
        with writing(session):
            return opening.meeting(session, gate.keys, house_id=sainte_foy.id, name=name, now=at).id

    first = typed("  Atelier   CV ", now)

    assert typed("atelier cv", now + timedelta(minutes=50)) == first
    assert typed("Atelier CV 2", now) != first
    assert typed("Atelier CV", now + timedelta(days=1)) != first


def test_meetings_of_two_houses_never_meet(
    session: Session, gate: Gate, sainte_foy: House, now: datetime
):
    with writing(session):
        castillon = House(name="France services Castillon", phone="+33536490020")
        session.add(castillon)
        session.flush()
        here = opening.meeting(session, gate.keys, house_id=sainte_foy.id, name="CV", now=now)
        there = opening.meeting(session, gate.keys, house_id=castillon.id, name="CV", now=now)

    assert here is not there


def test_a_meeting_needs_a_name(session: Session, gate: Gate, sainte_foy: House, now: datetime):
    with pytest.raises(KioskError, match=r"meeting\.no_name"), writing(session):
        opening.meeting(session, gate.keys, house_id=sainte_foy.id, name=" \n ", now=now)


def test_a_visit_without_an_appointment_is_forgotten_after_a_month(
    session: Session, gate: Gate, arrival: Arrival, now: datetime
):
    with writing(session):
        visit = opening.walk_in(session, gate.keys, arrival, now=now).visit
        participants.introduce(session, visit.participant, "Amina")
        results.judge_check(session, visit, "camera", figures=None, error="denied", now=now)
        helping.say(session, visit, Author.CITIZEN, "Je ne vois rien", now=now)
        room = opening.meeting(
            session, gate.keys, house_id=arrival.house_id, name="Amina et Léa", now=now
        )
        progress.enter(session, room, language="fr", now=now)

    retention.apply(session, now=now + timedelta(days=29))
    session.expire_all()
    assert (visit.participant.name, room.name) == ("Amina", "Amina et Léa")

    retention.apply(session, now=now + timedelta(days=31))
    session.expire_all()
    assert (visit.participant.name, room.name) == ("", "")
    assert (visit.device, visit.open_on_device) == ({}, None)
    assert visits.history(session, visit.id) == []
    assert assist.conversation(session, visit.id) == []

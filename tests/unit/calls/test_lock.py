"""A locked room: nobody new knocks or is admitted; those inside stay and may reconnect."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from kiosk.appointments.model import Appointment
from kiosk.assist import helping
from kiosk.calls import admission, connections, ending, participants, plane_events, rooms
from kiosk.calls import store as calls
from kiosk.calls.model import Participant, Presence, Room
from kiosk.errors import KioskError
from kiosk.houses.model import Agent
from kiosk.storage import revisions
from kiosk.storage.database import writing
from tests.builders.remembering_engine import RememberingEngine


@pytest.fixture
def room(session: Session, admitted: Participant, now: datetime) -> Room:
    """The room of Amina, who was let in; Léa locks it."""
    with writing(session):
        rooms.lock(session, admitted.room, now=now)
    return admitted.room


@pytest.fixture
def robert(session: Session, room: Room, now: datetime) -> Participant:
    """Somebody who comes once it is locked."""
    with writing(session):
        return participants.arrive(session, room, language="fr", now=now)


def test_nobody_new_knocks_or_is_admitted(session: Session, robert: Participant, now: datetime):
    for act in (admission.knock, admission.admit):
        with pytest.raises(KioskError, match=r"lobby\.locked") as refused, writing(session):
            act(session, robert, now=now)
        assert refused.value.status == 423

    assert robert.presence == Presence.ON_PATH


def test_somebody_let_in_before_connects_loses_the_line_and_comes_back(
    session: Session, engine: RememberingEngine, admitted: Participant, room: Room, now: datetime
):
    for _ in range(2):
        offer = connections.open_call(session, engine, admitted, now=now)
        with writing(session):
            plane_events.connected(session, offer.peer, now=now)
            plane_events.gone(session, offer.peer, "consent_expired", now=now)

    with writing(session):
        admission.knock(session, admitted, now=now)
        admission.admit(session, admitted, now=now)
    assert admitted.presence == Presence.ADMITTED


def test_somebody_who_waited_keeps_their_place_and_is_admitted_once_it_is_unlocked(
    session: Session, amina: Participant, now: datetime
):
    with writing(session):
        admission.knock(session, amina, now=now)
        rooms.lock(session, amina.room, now=now)
        admission.knock(session, amina, now=now)

    with pytest.raises(KioskError, match=r"lobby\.locked"), writing(session):
        admission.admit(session, amina, now=now)
    with writing(session):
        rooms.unlock(session, amina.room)
        admission.admit(session, amina, now=now)

    assert amina.presence == Presence.ADMITTED


def test_colleagues_enter_a_locked_room(session: Session, room: Room, lea: Agent, now: datetime):
    with writing(session):
        seat = participants.take_seat(session, room, agent_id=lea.id, name="Léa", now=now)

    assert seat.presence == Presence.ADMITTED


def test_locking_unlocking_and_opening_again_are_announced_once_each(
    session: Session, aminas: Appointment, now: datetime
):
    room = aminas.room
    with writing(session):
        rooms.unlock(session, room)

    def nudged_by(act: Callable[[], None]) -> bool:
        before = revisions.current(session, calls.room_topic(room.id))
        with writing(session):
            act()
        return revisions.current(session, calls.room_topic(room.id)) > before

    assert nudged_by(lambda: rooms.lock(session, room, now=now))
    assert not nudged_by(lambda: rooms.lock(session, room, now=now))
    assert nudged_by(lambda: rooms.unlock(session, room))
    assert not nudged_by(lambda: rooms.unlock(session, room))
    assert nudged_by(lambda: rooms.reopen(session, room))


def test_the_lock_remembers_its_first_hour(session: Session, room: Room, now: datetime):
    with writing(session):
        rooms.lock(session, room, now=now + timedelta(minutes=5))

    assert room.locked_since == now


def test_ending_the_call_for_all_unlocks(
    session: Session, engine: RememberingEngine, room: Room, lea: Agent, now: datetime
):
    helping.end_call(session, engine, room, agent_id=lea.id, now=now)

    assert room.locked_since is None


def test_the_last_agent_who_hangs_up_unlocks_and_nobody_else_does(
    session: Session,
    engine: RememberingEngine,
    admitted: Participant,
    room: Room,
    lea: Agent,
    now: datetime,
):
    with writing(session):
        seat = participants.take_seat(session, room, agent_id=lea.id, name="Léa", now=now)

    ending.hang_up(session, engine, admitted, peer="", now=now)
    still_locked = room.locked_since is not None
    ending.hang_up(session, engine, seat, peer="", now=now)

    assert still_locked
    assert room.locked_since is None


@pytest.mark.parametrize("how", ["moved", "closed", "cancelled", "account_closed"])
def test_a_lock_ends_with_its_call(
    session: Session,
    engine: RememberingEngine,
    room: Room,
    lea: Agent,
    now: datetime,
    how: str,
):
    with writing(session):
        participants.take_seat(session, room, agent_id=lea.id, name="Léa", now=now)

    with ending.ending(session, engine) as ended:
        match how:
            case "moved":
                in_a_week, hour = now + timedelta(days=7), timedelta(hours=1)
                rooms.move(session, room, ended, starts_at=in_a_week, duration=hour, now=now)
            case "closed":
                rooms.close(session, room, ended, now=now)
            case "cancelled":
                rooms.cancel(session, room, ended, now=now)
            case "account_closed":
                ending.end_calls_of_agent(session, lea.id, ended, house_id=None, now=now)

    assert room.locked_since is None


def test_a_new_appointment_is_not_locked(aminas: Appointment):
    assert aminas.room.locked_since is None

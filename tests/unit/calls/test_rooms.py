"""Rooms and who is in them: codes never drawn twice, names, meetings' hours, what is forgotten."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from kiosk.appointments.model import Appointment
from kiosk.calls import participants, retention, rooms, store
from kiosk.calls.gate import Gate
from kiosk.calls.links import RoomKeys
from kiosk.calls.model import GateTries, Guesser, Participant, Room
from kiosk.houses.model import Agent, House
from kiosk.storage import revisions
from kiosk.storage.database import writing
from kiosk.visits import opening

SECOND = timedelta(seconds=1)


class Loaded(RoomKeys):
    """Keys that draw the same credentials, so many times, before others."""

    def __init__(self, taken: Room, times: int) -> None:
        super().__init__("a secret long enough for the tests of the gate")
        self._taken, self._times = taken, times
        self.draws = 0

    def draw(self, room: Room) -> object:  # type: ignore[override]
        self.draws += 1
        drawn = super().draw(room)
        if self.draws <= self._times:
            room.code_digest = self._taken.code_digest
        return drawn


@pytest.mark.parametrize("times", [1, 19])
def test_a_code_in_use_is_drawn_again(
    session: Session, aminas: Appointment, now: datetime, times: int
):
    keys = Loaded(aminas.room, times)

    with writing(session):
        room = rooms.open_room(
            session, keys, house_id=aminas.house_id, starts_at=now, duration=timedelta(hours=1)
        )

    assert keys.draws == times + 1
    assert room.code_digest != aminas.room.code_digest


def test_after_twenty_codes_in_use_no_room_is_opened(
    session: Session, aminas: Appointment, now: datetime
):
    keys = Loaded(aminas.room, 20)

    with pytest.raises(RuntimeError, match="twenty"), writing(session):
        rooms.open_room(
            session, keys, house_id=aminas.house_id, starts_at=now, duration=timedelta(hours=1)
        )

    assert keys.draws == 20


def test_a_name_is_cut_at_eighty_signs_and_announced(session: Session, amina: Participant):
    topic = store.room_topic(amina.room_id)
    before = revisions.current(session, topic)

    with writing(session):
        participants.introduce(session, amina, "  Amina \n " + 80 * "a")

    assert amina.name == "Amina " + 74 * "a"
    assert revisions.current(session, topic) == before + 1


def test_names_in_a_call_are_those_of_people_let_in_to_this_room(
    session: Session,
    gate: Gate,
    admitted: Participant,
    sainte_foy: House,
    lea: Agent,
    now: datetime,
):
    room = admitted.room
    with writing(session):
        waiting = participants.arrive(session, room, language="fr", now=now)
        seat = participants.take_seat(session, room, agent_id=lea.id, name="Léa", now=now)
        other = opening.meeting(
            session, gate.keys, house_id=sainte_foy.id, name="Elsewhere", now=now
        )
        participants.take_seat(session, other, agent_id=lea.id, name="Léa", now=now)

    names = participants.names_in_call(session, room, unnamed="Usager")

    assert names == {str(admitted.id): "Usager", str(seat.id): "Léa"}
    assert str(waiting.id) not in names


@pytest.mark.parametrize(
    ("at", "is_the_same"),
    [
        (timedelta(hours=3) - SECOND, True),
        (timedelta(hours=3), False),
        (-timedelta(minutes=30), True),
        (-timedelta(minutes=30) - SECOND, False),
    ],
)
def test_a_meeting_of_a_name_is_found_while_its_room_is_open(
    session: Session, gate: Gate, sainte_foy: House, now: datetime, at: timedelta, is_the_same: bool
):
    with writing(session):
        first = opening.meeting(session, gate.keys, house_id=sainte_foy.id, name="Budget", now=now)

    with writing(session):
        again = opening.meeting(
            session, gate.keys, house_id=sainte_foy.id, name=" budget ", now=now + at
        )

    assert (again is first) is is_the_same


def test_a_meeting_is_its_houses_and_no_walk_in_is_taken_for_one(
    session: Session, gate: Gate, sainte_foy: House, castillon: House, now: datetime
):
    arrival = opening.Arrival(house_id=sainte_foy.id, language="fr")
    with writing(session):
        here = opening.meeting(session, gate.keys, house_id=sainte_foy.id, name="Budget", now=now)
        there = opening.meeting(session, gate.keys, house_id=castillon.id, name="Budget", now=now)
        opening.walk_in(session, gate.keys, arrival, now=now)

    assert here is not there
    assert list(store.open_meetings(session, sainte_foy.id, now=now)) == [here]


def test_names_are_forgotten_once_the_room_has_been_closed_long_enough(
    session: Session, gate: Gate, sainte_foy: House, now: datetime
):
    with writing(session):
        room = opening.meeting(session, gate.keys, house_id=sainte_foy.id, name="Budget", now=now)
        someone = participants.arrive(session, room, language="fr", now=now)
        participants.introduce(session, someone, "Robert")

    kept = {}
    for before in (room.closes_at, room.closes_at + SECOND):
        with writing(session):
            retention.forget_names(session, before=before)
        session.expire_all()
        kept[before] = (room.name, someone.name)

    assert list(kept.values()) == [("Budget", "Robert"), ("", "")]


def test_wrong_tries_are_forgotten_after_their_day(session: Session, now: datetime):
    def is_kept(before: datetime) -> bool:
        with writing(session):
            retention.forget_tries(session, before=before)
        return bool(store.tries(session, ["d"]))

    with writing(session):
        session.add(
            GateTries(
                digest="d",
                kind=Guesser.CODE,
                failures=1,
                last_failure_at=now,
                closed_until=now,
                locked=False,
            )
        )

    assert [is_kept(now), is_kept(now + SECOND)] == [True, False]

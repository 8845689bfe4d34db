"""Which visits are found for a house, and what is left of one that was forgotten."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from kiosk.appointments.model import Appointment
from kiosk.calls.model import Presence, Room
from kiosk.storage.database import writing
from kiosk.visits import store
from kiosk.visits.model import Visit
from tests.builders.cast import arrived

SECOND = timedelta(seconds=1)


@pytest.fixture
def visit(session: Session, aminas: Appointment, now: datetime) -> Visit:
    """Amina's visit, begun at the first step."""
    return arrived(session, aminas, now=now)


def test_a_room_that_opens_before_the_given_instant_is_found_and_one_at_it_is_not(
    session: Session, visit: Visit, now: datetime
):
    room = visit.participant.room

    def found(before: datetime) -> list[Visit]:
        house = room.house_id
        return list(store.present_in_house(session, house, now=now, opens_before=before))

    assert found(room.opens_at + SECOND) == [visit]
    assert found(room.opens_at) == []


def test_a_visit_is_present_until_its_room_closes_or_for_as_long_as_the_call_lasts(
    session: Session, visit: Visit
):
    room = visit.participant.room

    def is_present(now: datetime) -> bool:
        return list(store.present_in_room(session, room.id, now=now)) == [visit]

    assert is_present(room.closes_at - SECOND)
    assert not is_present(room.closes_at)
    visit.participant.presence = Presence.IN_CALL
    assert is_present(room.closes_at)


def test_of_a_visit_that_left_nothing_but_its_step_the_step_is_forgotten(
    session: Session, visit: Visit
):
    with writing(session):
        visit.step = "camera"

    with writing(session):
        store.forget(session, select(Room.id))
    session.expire_all()

    assert visit.step == "welcome"

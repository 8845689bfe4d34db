"""One link cannot fill the agents' board."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from kiosk.appointments.model import Appointment
from kiosk.calls import admission, ending
from kiosk.calls.model import Presence, Refusal
from kiosk.storage.database import writing
from kiosk.visits import progress, store
from kiosk.visits.model import Visit
from kiosk.visits.progress import GIVES_WAY_AFTER, LIVE_VISITS, TooManyVisits


def enter(session: Session, appointment: Appointment, now: datetime) -> Visit:
    with writing(session):
        return progress.enter(session, appointment.room, language="fr", now=now)


def test_a_room_takes_twenty_live_visits_and_refuses_the_next_with_a_429(
    session: Session, aminas: Appointment, now: datetime
) -> None:
    for _ in range(20):
        enter(session, aminas, now)

    with pytest.raises(TooManyVisits) as refused:
        enter(session, aminas, now + timedelta(minutes=1))

    assert (refused.value.code, refused.value.status) == ("visit.too_many", 429)
    assert len(store.present_in_room(session, aminas.room_id, now=now)) == LIVE_VISITS == 20


def test_a_visit_gives_way_ten_minutes_after_it_was_last_heard_of_and_no_sooner(
    session: Session, aminas: Appointment, now: datetime
) -> None:
    first = [enter(session, aminas, now) for _ in range(20)][0]

    with pytest.raises(TooManyVisits):
        enter(session, aminas, now + timedelta(minutes=10, seconds=-1))
    enter(session, aminas, now + timedelta(minutes=10))

    assert first.participant.presence == Presence.LEFT


def test_of_the_visits_not_heard_of_the_one_silent_for_longest_gives_way_and_no_other(
    session: Session, aminas: Appointment, now: datetime
) -> None:
    visits = [enter(session, aminas, now) for _ in range(20)]
    with writing(session):
        for visit in visits:
            progress.beat(session, visit, now=now + timedelta(seconds=30))
        progress.beat(session, visits[7], now=now + timedelta(seconds=29))

    enter(session, aminas, now + timedelta(minutes=11))

    assert [one.participant.presence for one in visits].count(Presence.LEFT) == 1
    assert visits[7].participant.presence == Presence.LEFT


def test_somebody_refused_gives_way_too(
    session: Session, aminas: Appointment, now: datetime
) -> None:
    visits = [enter(session, aminas, now) for _ in range(20)]
    later = now + timedelta(minutes=10)
    with writing(session):
        for visit in visits[1:]:
            progress.beat(session, visit, now=later)
        ending.refuse(
            session,
            visits[0].participant,
            Refusal.AGENT_BUSY,
            ending.Connections(),
            now=now,
        )

    enter(session, aminas, later)

    assert visits[0].participant.presence == Presence.LEFT


def test_a_visit_that_nobody_hears_of_gives_way_but_not_somebody_who_waits_or_was_let_in(
    session: Session, aminas: Appointment, now: datetime
) -> None:
    visits = [enter(session, aminas, now) for _ in range(LIVE_VISITS)]
    with writing(session):
        progress.knock(session, visits[0], now=now)
        progress.knock(session, visits[1], now=now)
        admission.admit(session, visits[1].participant, now=now)

    later = now + GIVES_WAY_AFTER
    enter(session, aminas, later)

    present = store.present_in_room(session, aminas.room_id, now=later)
    assert len(present) == LIVE_VISITS
    assert {visits[0].id, visits[1].id} <= {visit.id for visit in present}
    assert visits[2].participant.presence == Presence.LEFT


def test_as_long_as_there_is_a_place_nobody_gives_way(
    session: Session, aminas: Appointment, now: datetime
) -> None:
    visits = [enter(session, aminas, now) for _ in range(2)]

    enter(session, aminas, now + timedelta(minutes=15))

    assert {one.participant.presence for one in visits} == {Presence.ON_PATH}

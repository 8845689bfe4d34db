"""One link cannot fill the agents' board."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from kiosk.appointments.model import Appointment
from kiosk.calls import admission
from kiosk.calls.model import Presence
from kiosk.storage.database import writing
from kiosk.visits import progress, store
from kiosk.visits.model import Visit
from kiosk.visits.progress import GIVES_WAY_AFTER, LIVE_VISITS, TooManyVisits


def enter(session: Session, appointment: Appointment, now: datetime) -> Visit:
    with writing(session):
        return progress.enter(session, appointment.room, language="fr", now=now)


def test_a_room_has_a_bounded_number_of_live_visits(
    session: Session, aminas: Appointment, now: datetime
) -> None:
    for _ in range(LIVE_VISITS):
        enter(session, aminas, now)

    with pytest.raises(TooManyVisits):
        enter(session, aminas, now + timedelta(minutes=1))

    assert len(store.present_in_room(session, aminas.room_id, now=now)) == LIVE_VISITS


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

"""Appointments on the nights when clocks change, in every zone where there are houses."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from kiosk.appointments import booking
from kiosk.appointments.model import Appointment, Channel
from kiosk.calls.gate import Gate
from kiosk.houses.model import Agent
from kiosk.notifications import queue
from kiosk.storage.database import writing
from tests.builders.remembering_engine import RememberingEngine

ZONES = ("Europe/Paris", "Indian/Reunion", "America/Cayenne", "Pacific/Noumea", "America/Miquelon")
"""Where there are houses: with and without summer time, on both sides of the date line."""

local_hours = st.datetimes(datetime(2026, 3, 30), datetime(2027, 3, 28)).map(
    lambda moment: moment.replace(second=0, microsecond=0)
)
nights = st.sampled_from([datetime(2026, 10, 25), datetime(2027, 3, 28), datetime(2026, 12, 31)])
near_a_change = st.builds(
    lambda night, minutes: night + timedelta(minutes=minutes), nights, st.integers(-60, 300)
)


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    local=local_hours | near_a_change,
    zone=st.sampled_from(ZONES),
    minutes=st.sampled_from([15, 30, 90]),
)
def test_the_link_leaves_a_quarter_of_an_hour_before_whatever_clocks_do(
    session: Session, gate: Gate, lea: Agent, local: datetime, zone: str, minutes: int
):
    starts_at = local.replace(tzinfo=ZoneInfo(zone))
    instant = starts_at.astimezone(UTC)
    now = datetime(2026, 3, 28, 12, tzinfo=UTC)

    with writing(session):
        made = booking.book(
            session,
            gate.keys,
            wish(
                lea,
                starts_at=starts_at,
                duration_min=minutes,
            ),
            now=now,
        )
        reminder = queue.about(session, "appointment", made.id)[-1]

    assert made.starts_at == instant
    assert reminder.due_at == instant - timedelta(minutes=15)
    assert made.room.opens_at == instant - timedelta(minutes=30)
    assert made.room.closes_at == instant + timedelta(minutes=minutes + 60)
    assert reminder.expires_at == instant + timedelta(minutes=minutes)


def test_a_move_to_the_hour_after_the_change_of_clocks_keeps_its_quarter_of_an_hour(
    session: Session, engine: RememberingEngine, aminas: Appointment, now: datetime
):
    after_the_change = datetime(2026, 10, 25, 3, 5, tzinfo=ZoneInfo("Europe/Paris"))

    booking.move(session, engine, aminas, starts_at=after_the_change, duration_min=30, now=now)

    reminder = queue.about(session, "appointment", aminas.id)[-1]
    assert reminder.due_at == datetime(2026, 10, 25, 1, 50, tzinfo=UTC)


def test_two_appointments_never_have_the_same_calendar_entry(
    session: Session, gate: Gate, lea: Agent, now: datetime
):
    with writing(session):
        first, second = (
            booking.book(session, gate.keys, wish(lea, starts_at=now), now=now) for _ in range(2)
        )

    assert first.calendar_uid != second.calendar_uid


def wish(lea: Agent, **changes: Any) -> booking.Wish:
    given: dict[str, Any] = {
        "house": lea.houses[0],
        "agent": lea,
        "citizen_name": "Amina Benali",
        "language": "fr",
        "channel": Channel.SMS,
        "phone": "+33639980011",
        "email": "",
        "reason": "",
        "duration_min": 30,
    }
    return booking.Wish(**(given | changes))

"""What appointments forget, and when (decision 0006)."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, or_, select, update
from sqlalchemy.orm import Session

from kiosk.appointments.model import Appointment

_SOMETHING_LEFT = or_(
    Appointment.citizen_name != "",
    Appointment.email != "",
    Appointment.phone != "",
    Appointment.reason != "",
)


def forget_people(session: Session, *, before: datetime) -> None:
    """Blank who came and why, in appointments that started before this instant."""
    _blank(session, Appointment.starts_at < before)


def started_between(session: Session, start: datetime, end: datetime) -> Sequence[int]:
    """Return the ids of the appointments that started in this time, ``end`` excluded."""
    started = (Appointment.starts_at >= start) & (Appointment.starts_at < end)
    return session.scalars(select(Appointment.id).where(started)).all()


def erase_again(session: Session, ids: Collection[int], *, erased_at: datetime) -> None:
    """Blank these appointments, if they were booked before they were erased for the first time.

    Another one may have the same id in a database that was restored since.
    """
    _blank(session, Appointment.id.in_(ids) & (Appointment.booked_at < erased_at))


def _blank(session: Session, which: ColumnElement[bool]) -> None:
    session.execute(
        update(Appointment)
        .where(which, _SOMETHING_LEFT)
        .values(citizen_name="", email="", phone="", reason="")
    )

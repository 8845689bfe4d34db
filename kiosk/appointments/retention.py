"""What appointments forget, and when (decision 0006)."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import or_, update
from sqlalchemy.orm import Session

from kiosk.appointments.model import Appointment

_SOMETHING_LEFT = or_(
    Appointment.citizen_name != "", Appointment.contact != "", Appointment.reason != ""
)


def forget_people(session: Session, *, before: datetime) -> None:
    """Blank who came and why, in appointments that started before this instant."""
    session.execute(
        update(Appointment)
        .where(Appointment.starts_at < before, _SOMETHING_LEFT)
        .values(citizen_name="", contact="", reason="")
    )

"""What appointments forget, and when (decision 0006)."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import update
from sqlalchemy.orm import Session

from kiosk.appointments.model import Appointment


def forget_people(session: Session, *, before: datetime) -> None:
    """Blank who came and why, in appointments that started before this instant."""
    session.execute(
        update(Appointment)
        .where(Appointment.starts_at < before)
        .values(citizen_name="", contact="", reason="")
    )

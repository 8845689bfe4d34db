"""The retention rule of decision 0006, applied to everything at once, each night."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from kiosk.appointments import retention as appointments
from kiosk.assist import retention as assist
from kiosk.calls import retention as calls
from kiosk.calls.gate import FORGOTTEN_AFTER
from kiosk.storage import outbox
from kiosk.storage.database import writing

PEOPLE_KEPT = timedelta(days=30)
JOURNAL_KEPT = timedelta(days=365)


def apply(session: Session, *, now: datetime) -> None:
    """Erase whatever has reached the end of its retention; safe to repeat at any hour."""
    with writing(session):
        assist.forget_visits(session, before=now - PEOPLE_KEPT)
        assist.forget_journal(session, before=now - JOURNAL_KEPT)
        calls.forget_names(session, before=now - PEOPLE_KEPT)
        calls.forget_tries(session, before=now - FORGOTTEN_AFTER)
        appointments.forget_people(session, before=now - PEOPLE_KEPT)
    outbox.forget_recipients(session, now=now)

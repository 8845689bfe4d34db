"""The retention rules of decision 0006; the delivery worker applies them every hour."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from kiosk.appointments import retention as appointments
from kiosk.assist import retention as assist
from kiosk.calls import retention as calls
from kiosk.calls.guesses import FORGOTTEN_AFTER
from kiosk.houses import account_links, calendar, sign_ins
from kiosk.notifications import retention as notifications
from kiosk.run.erasures import ErasureLog
from kiosk.storage.database import writing
from kiosk.visits import retention as visits

HEARTBEAT = "retention"
"""Where the worker notes that it has applied them (``system/heartbeats.py``)."""

PEOPLE_KEPT = timedelta(days=30)
JOURNAL_KEPT = timedelta(days=365)


def apply(session: Session, *, now: datetime, log: ErasureLog | None = None) -> None:
    """Erase what has been kept as long as it may be; safe to repeat at any time.

    ``log`` notes it first, so that a restored backup forgets it again.
    """
    with writing(session):
        if log is not None:
            log.about_to_erase(session, before=now - PEOPLE_KEPT, now=now)
        assist.forget_conversations(session, before=now - PEOPLE_KEPT)
        visits.forget_visits(session, before=now - PEOPLE_KEPT)
        assist.forget_journal(session, before=now - JOURNAL_KEPT)
        calls.forget_names(session, before=now - PEOPLE_KEPT)
        calls.forget_tries(session, before=now - FORGOTTEN_AFTER)
        appointments.forget_people(session, before=now - PEOPLE_KEPT)
        account_links.forget(session, now=now)
        sign_ins.forget(session, now=now)
        calendar.forget(session, before=(now - PEOPLE_KEPT).date())
        notifications.forget(session, now=now)

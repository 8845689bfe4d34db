"""The visit that a test is about, as agents see it."""

from __future__ import annotations

import time

from sqlalchemy.orm import Session

from kiosk.visits import results
from kiosk.visits.model import Visit
from kiosk.visits.results import Results


def knocked(session: Session, *, within_s: float = 5) -> Visit:
    """Wait until the latest visit waits, as the agent sees it."""
    deadline = time.monotonic() + within_s
    while (visit := latest_visit(session)).participant.presence != "waiting":
        assert time.monotonic() < deadline, f"still {visit.participant.presence}"
        time.sleep(0.05)
    return visit


def checks_of(session: Session, visit: Visit) -> Results:
    """Return the newest result of each check of a visit, as it stands now."""
    session.rollback()
    return results.current(session, visit)


def latest_visit(session: Session) -> Visit:
    """Return the visit that began last, as it stands now."""
    session.rollback()
    return session.query(Visit).order_by(Visit.id.desc()).limit(1).one()

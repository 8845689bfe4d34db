"""What visits forget, and when (decision 0006)."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from kiosk.visits import store


def forget_visits(session: Session, *, before: datetime) -> None:
    """Erase step, device, check results and difficulty of visits in rooms that closed before."""
    store.forget(session, before=before)

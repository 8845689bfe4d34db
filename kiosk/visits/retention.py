"""What visits forget, and when (decision 0006)."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from kiosk.visits import store


def forget_visits(session: Session, *, before: datetime) -> None:
    """Erase devices and check results of visits in rooms that closed before this instant."""
    store.forget(session, before=before)

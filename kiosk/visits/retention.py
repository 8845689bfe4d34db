"""What visits forget, and when (decision 0006)."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Select
from sqlalchemy.orm import Session

from kiosk.calls.retention import rooms_closed
from kiosk.visits import store


def forget_visits(session: Session, *, before: datetime) -> None:
    """Erase step, device, check results and difficulty of visits in rooms that closed before."""
    erase_visits(session, rooms_closed(before=before))


def erase_visits(session: Session, rooms: Select[int]) -> None:
    """Erase the same of the visits in these rooms."""
    store.forget(session, rooms)

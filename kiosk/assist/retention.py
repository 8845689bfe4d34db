"""What assist forgets, and when (decision 0006)."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Select
from sqlalchemy.orm import Session

from kiosk.assist import store
from kiosk.calls.retention import rooms_closed


def forget_conversations(session: Session, *, before: datetime) -> None:
    """Erase what was written in visits whose room closed before this instant."""
    erase_conversations(session, rooms_closed(before=before))


def erase_conversations(session: Session, rooms: Select[int]) -> None:
    """Erase what was written in visits in these rooms."""
    store.forget_conversations(session, rooms)


def forget_journal(session: Session, *, before: datetime) -> None:
    """Erase journal entries older than this instant."""
    store.forget_journal(session, before=before)

"""What assist forgets, and when (decision 0006)."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from kiosk.assist import store


def forget_conversations(session: Session, *, before: datetime) -> None:
    """Erase what was written in visits whose room closed before this instant."""
    store.forget_conversations(session, before=before)


def forget_journal(session: Session, *, before: datetime) -> None:
    """Erase journal entries older than this instant."""
    store.forget_journal(session, before=before)

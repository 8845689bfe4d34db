"""What assist forgets, and when (decision 0006)."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from kiosk.assist.model import HelpMessage, JournalEntry, Visit
from kiosk.calls.model import Participant, Room


def forget_visits(session: Session, *, before: datetime) -> None:
    """Erase what was checked and written in visits of rooms that closed before this instant."""
    participants = select(Participant.id).join(Room).where(Room.closes_at < before)
    visits = select(Visit.id).where(Visit.participant_id.in_(participants))
    session.execute(delete(HelpMessage).where(HelpMessage.visit_id.in_(visits)))
    session.execute(
        update(Visit).where(Visit.participant_id.in_(participants)).values(device={}, checks={})
    )


def forget_journal(session: Session, *, before: datetime) -> None:
    """Erase journal entries older than this instant."""
    session.execute(delete(JournalEntry).where(JournalEntry.at < before))

"""What the calls forget, and when (decision 0006)."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from kiosk.calls.model import GateTries, Participant, Room


def forget_names(session: Session, *, before: datetime) -> None:
    """Blank the names of people, and of meetings, in rooms that closed before this instant."""
    rooms = select(Room.id).where(Room.closes_at < before)
    session.execute(
        update(Participant)
        .where(Participant.room_id.in_(rooms), Participant.name != "")
        .values(name="")
    )
    session.execute(update(Room).where(Room.closes_at < before, Room.name != "").values(name=""))


def forget_tries(session: Session, *, before: datetime) -> None:
    """Delete the counts of wrong codes whose last one is older than this instant."""
    session.execute(delete(GateTries).where(GateTries.last_failure_at < before))

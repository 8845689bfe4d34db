"""What the calls forget, and when (decision 0006)."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import Select, delete, select, update
from sqlalchemy.orm import Session

from kiosk.calls.model import GateTries, Participant, Room


def rooms_closed(*, before: datetime) -> Select[int]:
    """Select the ids of rooms that closed before this instant, for use in a statement."""
    return select(Room.id).where(Room.closes_at < before)


def rooms_erased(ids: Collection[int], *, erased_at: datetime) -> Select[int]:
    """Select those of these rooms that had opened when they were erased for the first time.

    Another one may have the same id in a database that was restored since.
    """
    return select(Room.id).where(Room.id.in_(ids), Room.opens_at < erased_at)


def closed_between(session: Session, start: datetime, end: datetime) -> Sequence[int]:
    """Return the ids of the rooms that closed in this time, ``end`` excluded."""
    closed = (Room.closes_at >= start) & (Room.closes_at < end)
    return session.scalars(select(Room.id).where(closed)).all()


def forget_names(session: Session, *, before: datetime) -> None:
    """Blank the names of people, and of meetings, in rooms that closed before this instant."""
    erase_names(session, rooms_closed(before=before))


def erase_names(session: Session, rooms: Select[int]) -> None:
    """Blank the names of people, and of meetings, in these rooms."""
    session.execute(
        update(Participant)
        .where(Participant.room_id.in_(rooms), Participant.name != "")
        .values(name="")
    )
    session.execute(update(Room).where(Room.id.in_(rooms), Room.name != "").values(name=""))


def forget_tries(session: Session, *, before: datetime) -> None:
    """Delete the counts of wrong codes whose last one is older than this instant."""
    session.execute(delete(GateTries).where(GateTries.last_failure_at < before))

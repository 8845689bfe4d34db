"""Queries about visits."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from kiosk.assist.model import JournalEntry, Visit
from kiosk.calls.model import Participant, Presence
from kiosk.errors import NotFound


def visit(session: Session, visit_id: int, *, house_ids: Collection[int]) -> Visit:
    """Return a visit to one of these houses; raise NotFound, also for another house's."""
    found = session.get(Visit, visit_id)
    if found is None or found.participant.room.house_id not in house_ids:
        raise NotFound("visit.not_found")
    return found


def of_participant(session: Session, participant_id: int) -> Visit | None:
    """Return the visit of this participant."""
    return session.scalar(select(Visit).where(Visit.participant_id == participant_id))


def in_rooms(session: Session, room_ids: Iterable[int]) -> Sequence[Visit]:
    """Return the visits of these rooms that have not ended, with their messages."""
    return session.scalars(
        select(Visit)
        .join(Visit.participant)
        .where(Participant.room_id.in_(list(room_ids)), Participant.presence != Presence.LEFT)
        .options(selectinload(Visit.messages))
        .order_by(Visit.id)
    ).all()


def journal(session: Session, visit_id: int) -> Sequence[JournalEntry]:
    """Return what was journaled of a visit, oldest first."""
    return session.scalars(
        select(JournalEntry).where(JournalEntry.visit_id == visit_id).order_by(JournalEntry.id)
    ).all()

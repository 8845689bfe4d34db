"""Queries about the written help and the journal."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from sqlalchemy import Select, delete, func, select
from sqlalchemy.orm import Session

from kiosk.assist.model import HelpMessage, JournalEntry
from kiosk.visits import store as visits


def conversation(session: Session, visit_id: int) -> Sequence[HelpMessage]:
    """Return what was written in one visit, oldest first."""
    return conversations(session, [visit_id])[visit_id]


def conversations(session: Session, visit_ids: Iterable[int]) -> Mapping[int, list[HelpMessage]]:
    """Return what was written in several visits, by visit, oldest first, with one query."""
    found: defaultdict[int, list[HelpMessage]] = defaultdict(list)
    for message in session.scalars(
        select(HelpMessage)
        .where(HelpMessage.visit_id.in_(list(visit_ids)))
        .order_by(HelpMessage.id)
    ):
        found[message.visit_id].append(message)
    return found


def count_messages(session: Session, visit_id: int) -> int:
    """Return how many lines were written in a visit."""
    lines = select(func.count(HelpMessage.id)).where(HelpMessage.visit_id == visit_id)
    return session.scalar(lines) or 0


def journal(session: Session, visit_id: int) -> Sequence[JournalEntry]:
    """Return what was journaled of a visit, oldest first."""
    return session.scalars(
        select(JournalEntry).where(JournalEntry.visit_id == visit_id).order_by(JournalEntry.id)
    ).all()


def forget_conversations(session: Session, rooms: Select[int]) -> None:
    """Erase what was written in the visits in these rooms."""
    written = HelpMessage.visit_id.in_(visits.ids_in(rooms))
    session.execute(delete(HelpMessage).where(written))


def forget_journal(session: Session, *, before: datetime) -> None:
    """Erase journal entries older than this instant."""
    session.execute(delete(JournalEntry).where(JournalEntry.at < before))

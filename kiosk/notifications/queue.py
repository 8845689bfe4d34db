"""The message queue: messages that wait in the database until the delivery worker sends them.

:func:`enqueue` and :func:`withdraw` join the caller's write transaction, so a message exists
exactly when the change it announces does. How a worker leases and settles messages is in
``leases.py``; what is erased and when is in ``retention.py``. See decision 0050.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import uuid4

from sqlalchemy import CursorResult, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from kiosk.notifications.model import QueuedMessage, Status


@dataclass(frozen=True, slots=True, kw_only=True)
class NewMessage:
    """What :func:`enqueue` needs; ``dedup_key`` makes the message unique for all time."""

    dedup_key: str
    kind: str
    channel: str
    recipient: str
    language: str
    subject_type: str
    subject_id: int
    due_at: datetime
    expires_at: datetime
    payload: Mapping[str, Any]


def enqueue(session: Session, message: NewMessage, *, now: datetime) -> bool:
    """Queue a message inside the caller's write transaction.

    Returns False, changing nothing, when its ``dedup_key`` was ever queued before. Raises
    ValueError when it would expire before it is due.
    """
    if message.expires_at <= message.due_at:
        raise ValueError("a message must be due before it expires")
    insert = postgresql.insert if _dialect(session) == "postgresql" else sqlite.insert
    row = {name: getattr(message, name) for name in NewMessage.__slots__}
    row |= {"payload": dict(message.payload), "created_at": now, "reference": uuid4().hex}
    row |= {"status": Status.QUEUED, "attempts": 0}
    # RETURNING, because psycopg counts no rows for an insert that may do nothing.
    made = session.scalar(
        insert(QueuedMessage)
        .values(row)
        .on_conflict_do_nothing(index_elements=["dedup_key"])
        .returning(QueuedMessage.id)
    )
    return made is not None


def withdraw(
    session: Session,
    subject_type: str,
    subject_id: int,
    *,
    now: datetime,
    kept: Sequence[str] = (),
) -> int:
    """Cancel every unsent message about one subject, but kinds that are ``kept``; return how many.

    Joins the caller's transaction. A message that is being sent at this moment still becomes
    ``sent`` when the provider takes it.
    """
    unsent = update(QueuedMessage).where(
        QueuedMessage.subject_type == subject_type,
        QueuedMessage.subject_id == subject_id,
        QueuedMessage.status.in_([Status.QUEUED, Status.LEASED]),
        QueuedMessage.kind.not_in(kept),
    )
    return row_count(session.execute(unsent.values(ending(Status.CANCELLED, now))))


def recent(session: Session, *, limit: int = 50) -> Sequence[QueuedMessage]:
    """Return the newest messages of the installation, newest first."""
    return session.scalars(
        select(QueuedMessage).order_by(QueuedMessage.id.desc()).limit(limit)
    ).all()


def about(session: Session, subject_type: str, subject_id: int) -> Sequence[QueuedMessage]:
    """Return every message about one subject, in the order in which they are due."""
    return about_each(session, subject_type, [subject_id]).get(subject_id, [])


def about_each(
    session: Session, subject_type: str, subject_ids: Sequence[int]
) -> dict[int, list[QueuedMessage]]:
    """Return the messages about several subjects of one type, by id, in the order they are due."""
    found: dict[int, list[QueuedMessage]] = {}
    for message in session.scalars(
        select(QueuedMessage)
        .where(
            QueuedMessage.subject_type == subject_type,
            QueuedMessage.subject_id.in_(subject_ids),
        )
        .order_by(QueuedMessage.due_at, QueuedMessage.id)
    ):
        found.setdefault(message.subject_id, []).append(message)
    return found


def recipients_of(session: Session, subject_type: str, subject_id: int, *, kind: str) -> set[str]:
    """Return to whom messages of one kind about a subject were sent, or are being sent now."""
    return set(
        session.scalars(
            select(QueuedMessage.recipient).where(
                QueuedMessage.subject_type == subject_type,
                QueuedMessage.subject_id == subject_id,
                QueuedMessage.kind == kind,
                QueuedMessage.status.in_([Status.SENT, Status.LEASED]),
            )
        )
    )


def ending(status: Status, now: datetime) -> dict[str, Any]:
    """Return the columns of an ended message; its content is erased with it in every case."""
    end = {"status": status, "ended_at": now, "leased_until": None}
    return end | {"payload": {}, "body_erased_at": now}


def row_count(result: Any) -> int:
    """Return how many rows a statement changed."""
    assert isinstance(result, CursorResult)
    return int(result.rowcount)


def _dialect(session: Session) -> str:
    return session.get_bind().dialect.name

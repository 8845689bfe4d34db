"""The outbox: messages decided by a rule, waiting in the same database until a worker sends them.

:func:`enqueue`, :func:`reschedule` and :func:`cancel` join the caller's write transaction, so a
message exists exactly when the change it announces does. How a worker takes, sends and settles
them is in ``outbox_leases.py``; what is erased and when is in decision 0050.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any
from uuid import uuid4

from sqlalchemy import JSON, CursorResult, Index, String, Update, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapped, Session, mapped_column

from kiosk.storage.base import Base
from kiosk.storage.database import writing

RECIPIENT_KEPT = timedelta(days=30)
"""How long after its end a message still tells to whom it went."""


class Status(StrEnum):
    """Where a message stands; the last four are final."""

    QUEUED = "queued"
    LEASED = "leased"
    SENT = "sent"
    FAILED = "failed"
    CANCELLED = "cancelled"
    EXPIRED = "expired"


class OutboxMessage(Base):
    """One message to one person through one channel."""

    __tablename__ = "outbox_message"
    __table_args__ = (
        Index("ix_outbox_message_status_due_at", "status", "due_at"),
        Index("ix_outbox_message_subject_of", "subject_of"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    dedup_key: Mapped[str] = mapped_column(String(120), unique=True)
    reference: Mapped[str] = mapped_column(String(32), unique=True)
    """Random name of this message towards the outside: the same at every attempt."""
    kind: Mapped[str] = mapped_column(String(60))
    channel: Mapped[str] = mapped_column(String(8))
    recipient: Mapped[str] = mapped_column(String(254))
    language: Mapped[str] = mapped_column(String(16))
    subject_of: Mapped[int]
    created_at: Mapped[datetime]
    due_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    payload: Mapped[dict[str, Any]] = mapped_column(JSON)
    status: Mapped[str] = mapped_column(String(10), default=Status.QUEUED)
    attempts: Mapped[int] = mapped_column(default=0)
    leased_until: Mapped[datetime | None]
    last_error: Mapped[str | None] = mapped_column(String(60))
    provider_id: Mapped[str | None] = mapped_column(String(120))
    sent_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    body_erased_at: Mapped[datetime | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class NewMessage:
    """What :func:`enqueue` needs; ``subject_of`` is the appointment's id."""

    dedup_key: str
    kind: str
    channel: str
    recipient: str
    language: str
    subject_of: int
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
        insert(OutboxMessage)
        .values(row)
        .on_conflict_do_nothing(index_elements=["dedup_key"])
        .returning(OutboxMessage.id)
    )
    return made is not None


def reschedule(session: Session, prefix: str, *, due_at: datetime, expires_at: datetime) -> int:
    """Move the waiting messages whose ``dedup_key`` starts with ``prefix``; return how many.

    Joins the caller's transaction. A message being sent right now keeps its course.
    """
    if expires_at <= due_at:
        raise ValueError("a message must be due before it expires")
    waiting = _starting_with(prefix).where(OutboxMessage.status == Status.QUEUED)
    return row_count(session.execute(waiting.values(due_at=due_at, expires_at=expires_at)))


def cancel(session: Session, prefix: str, *, now: datetime) -> int:
    """Cancel the unsent messages whose ``dedup_key`` starts with ``prefix``; return how many.

    Joins the caller's transaction. One that left at this very moment still becomes ``sent``.
    """
    unsent = _starting_with(prefix).where(OutboxMessage.status.in_([Status.QUEUED, Status.LEASED]))
    return row_count(session.execute(unsent.values(ending(Status.CANCELLED, now))))


def recent(session: Session, *, limit: int = 50) -> Sequence[OutboxMessage]:
    """Return the newest messages of the whole installation, newest first."""
    return session.scalars(
        select(OutboxMessage).order_by(OutboxMessage.id.desc()).limit(limit)
    ).all()


def about(session: Session, appointment_id: int) -> Sequence[OutboxMessage]:
    """Return every message about one appointment, oldest first, for the agent's page."""
    return session.scalars(
        select(OutboxMessage)
        .where(OutboxMessage.subject_of == appointment_id)
        .order_by(OutboxMessage.due_at, OutboxMessage.id)
    ).all()


def about_each(session: Session, appointment_ids: Sequence[int]) -> dict[int, list[OutboxMessage]]:
    """Return the messages about several appointments at once, oldest first, by appointment."""
    found: dict[int, list[OutboxMessage]] = {}
    for message in session.scalars(
        select(OutboxMessage)
        .where(OutboxMessage.subject_of.in_(appointment_ids))
        .order_by(OutboxMessage.due_at, OutboxMessage.id)
    ):
        found.setdefault(message.subject_of, []).append(message)
    return found


def forget_recipients(session: Session, *, now: datetime) -> int:
    """Mask the addresses of messages that ended :data:`RECIPIENT_KEPT` ago; return how many."""
    with writing(session):
        rows = session.scalars(
            select(OutboxMessage).where(
                OutboxMessage.ended_at <= now - RECIPIENT_KEPT,
                OutboxMessage.recipient.not_like("%•%"),
            )
        ).all()
        for row in rows:
            row.recipient = masked(row.recipient)
        return len(rows)


def masked(recipient: str) -> str:
    """Return an address one may still recognise but not use: ``r•••@•••``, ``•••42``."""
    return f"{recipient[:1]}•••@•••" if "@" in recipient else f"•••{recipient[-2:]}"


def _dialect(session: Session) -> str:
    return session.get_bind().dialect.name


def _starting_with(prefix: str) -> Update:
    if not prefix:
        raise ValueError("an empty prefix would touch every message")
    return update(OutboxMessage).where(OutboxMessage.dedup_key.startswith(prefix, autoescape=True))


def ending(status: Status, now: datetime) -> dict[str, Any]:
    """Return the columns of an ended message: whatever the end, its content is erased with it."""
    end = {"status": status, "ended_at": now, "leased_until": None}
    return end | {"payload": {}, "body_erased_at": now}


def row_count(result: Any) -> int:
    """Return how many rows a statement touched."""
    assert isinstance(result, CursorResult)
    return int(result.rowcount)

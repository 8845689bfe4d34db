"""What is erased of messages that ended, and when (decision 0006)."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, delete, select, update
from sqlalchemy.orm import Session

from kiosk.notifications.model import NO_GATEWAY, QueuedMessage, Receipt, Status

KEPT = timedelta(days=30)
"""How long after its end a message keeps its recipient's address, its error and its receipts."""

ROWS_KEPT = timedelta(days=365)
"""How long after its end the bare row of a message is kept, for counting."""


def forget(session: Session, *, now: datetime) -> int:
    """Mask the recipients of messages that ended :data:`KEPT` ago; delete what is older still.

    Joins the caller's write transaction; returns how many recipients were masked.
    """
    old = QueuedMessage.ended_at <= now - KEPT
    session.execute(
        delete(Receipt).where(Receipt.message_id.in_(select(QueuedMessage.id).where(old)))
    )
    session.execute(delete(QueuedMessage).where(QueuedMessage.ended_at <= now - ROWS_KEPT))
    return _mask(session, old)


def ended_between(session: Session, start: datetime, end: datetime) -> Sequence[int]:
    """Return the ids of the messages that ended in this time, ``end`` excluded."""
    ended = (QueuedMessage.ended_at >= start) & (QueuedMessage.ended_at < end)
    return session.scalars(select(QueuedMessage.id).where(ended)).all()


def erase_again(session: Session, ids: Collection[int], *, erased_at: datetime) -> None:
    """Mask these recipients, in messages older than their first erasure, and drop their receipts.

    Another message may have the same id in a database that was restored since. One that had not
    left by then is withdrawn: it left already, or was withdrawn.
    """
    known = QueuedMessage.id.in_(ids) & (QueuedMessage.created_at < erased_at)
    session.execute(
        update(QueuedMessage)
        .where(known, QueuedMessage.status.in_((Status.QUEUED, Status.LEASED)))
        .values(status=Status.CANCELLED, ended_at=erased_at, payload={})
    )
    session.execute(
        delete(Receipt).where(Receipt.message_id.in_(select(QueuedMessage.id).where(known)))
    )
    _mask(session, known)


def _mask(session: Session, which: ColumnElement[bool]) -> int:
    unmasked = QueuedMessage.recipient.not_like("%•%")
    rows = session.scalars(
        select(QueuedMessage).where(which, unmasked | (QueuedMessage.last_error != NO_GATEWAY))
    ).all()
    for row in rows:
        row.recipient = row.recipient if "•" in row.recipient else masked(row.recipient)
        row.last_error = NO_GATEWAY if row.last_error == NO_GATEWAY else None
    return len(rows)


def masked(recipient: str) -> str:
    """Return an address that its owner recognises but nobody can use: ``r•••@•••``, ``•••42``."""
    return f"{recipient[:1]}•••@•••" if "@" in recipient else f"•••{recipient[-2:]}"

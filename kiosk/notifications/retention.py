"""What is erased of messages that ended, and when (decision 0006)."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from kiosk.notifications.model import NO_GATEWAY, QueuedMessage, Receipt

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
    unmasked = QueuedMessage.recipient.not_like("%•%")
    rows = session.scalars(
        select(QueuedMessage).where(old, unmasked | (QueuedMessage.last_error != NO_GATEWAY))
    ).all()
    for row in rows:
        row.recipient = row.recipient if "•" in row.recipient else masked(row.recipient)
        row.last_error = NO_GATEWAY if row.last_error == NO_GATEWAY else None
    return len(rows)


def masked(recipient: str) -> str:
    """Return an address that its owner recognises but nobody can use: ``r•••@•••``, ``•••42``."""
    return f"{recipient[:1]}•••@•••" if "@" in recipient else f"•••{recipient[-2:]}"

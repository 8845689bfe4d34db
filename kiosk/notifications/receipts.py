"""Receipts: what a provider reported about a message that it took.

The delivery worker records ``accepted``. The other outcomes arrive later, named by the provider's
own id for the message; each function is for a web hook and joins the caller's write transaction.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from kiosk.notifications.model import Outcome, QueuedMessage, Receipt, Status


def of(session: Session, message_id: int) -> Sequence[Receipt]:
    """Return the receipts of one message, oldest first."""
    return session.scalars(
        select(Receipt).where(Receipt.message_id == message_id).order_by(Receipt.at, Receipt.id)
    ).all()


def accepted(session: Session, message_id: int, *, provider_id: str | None, at: datetime) -> None:
    """Record that the provider took the message."""
    _record(session, message_id, Outcome.ACCEPTED, provider_id=provider_id, at=at)


def delivered(
    session: Session, *, channel: str, provider_id: str, at: datetime
) -> QueuedMessage | None:
    """Record that the message reached the recipient's mailbox or phone.

    Returns the message, so that the caller can announce the change of its subject; None when no
    message of this channel has that provider id.
    """
    return _report(session, Outcome.DELIVERED, channel, provider_id, at)


def opened(
    session: Session, *, channel: str, provider_id: str, at: datetime
) -> QueuedMessage | None:
    """Record that the recipient opened the message; returns as :func:`delivered`."""
    return _report(session, Outcome.OPENED, channel, provider_id, at)


def bounced(
    session: Session, *, channel: str, provider_id: str, at: datetime, code: str
) -> QueuedMessage | None:
    """Record that the message came back; returns as :func:`delivered`.

    The message becomes ``failed``, so that the agent sees it and can phone the citizen.
    """
    message = _report(session, Outcome.BOUNCED, channel, provider_id, at, code)
    if message is not None:
        session.execute(
            update(QueuedMessage)
            .where(QueuedMessage.id == message.id)
            .values(status=Status.FAILED, last_error=code)
        )
    return message


def _report(
    session: Session,
    outcome: Outcome,
    channel: str,
    provider_id: str,
    at: datetime,
    code: str | None = None,
) -> QueuedMessage | None:
    # The newest: a provider may use a short id again after some time.
    message = session.scalar(
        select(QueuedMessage)
        .join(Receipt, Receipt.message_id == QueuedMessage.id)
        .where(
            QueuedMessage.channel == channel,
            Receipt.outcome == Outcome.ACCEPTED,
            Receipt.provider_id == provider_id,
        )
        .order_by(Receipt.at.desc(), Receipt.id.desc())
        .limit(1)
    )
    if message is not None:
        _record(session, message.id, outcome, provider_id=provider_id, at=at, code=code)
    return message


def _record(
    session: Session,
    message_id: int,
    outcome: Outcome,
    *,
    provider_id: str | None,
    at: datetime,
    code: str | None = None,
) -> None:
    # A provider repeats its reports until it is answered: the first one is kept.
    postgres = session.get_bind().dialect.name == "postgresql"
    insert = postgresql.insert if postgres else sqlite.insert
    row = {"message_id": message_id, "outcome": outcome, "at": at}
    row |= {"provider_id": provider_id, "code": code}
    session.execute(
        insert(Receipt).values(row).on_conflict_do_nothing(index_elements=["message_id", "outcome"])
    )

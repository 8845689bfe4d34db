"""The delivery worker's side of the queue: lease messages that are due, settle each lease once.

Each function is one short write transaction of its own. Claims are exactly-once among any number
of workers, on SQLite (one writer at a time) and on PostgreSQL (locked rows are skipped); sending
is at-least-once by nature, hence one ``reference`` for all attempts. See decision 0050.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Update, or_, select, update
from sqlalchemy.orm import Session

from kiosk.notifications import receipts
from kiosk.notifications.model import NO_GATEWAY, OPEN, QueuedMessage, Status
from kiosk.notifications.queue import ending, row_count
from kiosk.storage.database import writing

MAX_ATTEMPTS = 10
"""A message that was leased this often and never settled is given up."""

FIRST_RETRY = timedelta(seconds=10)
LONGEST_RETRY = timedelta(minutes=5)


@dataclass(frozen=True, slots=True, kw_only=True)
class Lease:
    """A message given to one worker until ``until``; ``attempt`` counts its leases from 1."""

    id: int
    attempt: int
    reference: str
    kind: str
    channel: str
    recipient: str
    language: str
    subject_type: str
    subject_id: int
    payload: Mapping[str, Any]
    until: datetime
    expires_at: datetime


def claim_due(
    session: Session, *, now: datetime, channel: str, lease: timedelta, limit: int = 1
) -> list[Lease]:
    """Lease at most ``limit`` due messages, oldest first; safe among any number of workers.

    ``lease`` must be longer than sending them can take. A message whose lease ended (its worker
    died) is leased again to the next worker that asks. From ``expires_at`` on a message is never
    leased.
    """
    if not _anything_to_do(session, now, channel):
        return []
    with writing(session):
        _end_late_and_worn_out(session, now, channel)
        rows = session.scalars(
            select(QueuedMessage)
            .where(*_claimable(now, channel))
            .order_by(QueuedMessage.due_at, QueuedMessage.id)
            .limit(limit)
            .with_for_update(skip_locked=True)
        ).all()
        for row in rows:
            row.status, row.leased_until = Status.LEASED, now + lease
            row.attempts += 1
        return [_lease(row, now + lease) for row in rows]


def mark_sent(
    session: Session,
    lease: Lease,
    *,
    now: datetime,
    provider_id: str | None,
    kept_here: bool = False,
) -> bool:
    """Record that the provider took the message, with its receipt, and erase the content.

    ``kept_here``: no gateway took it, it lies in the outbox folder. Returns False, changing
    nothing, if the lease was lost. A message cancelled while it was being
    sent is recorded as sent: that is what happened.
    """
    with writing(session):
        mine = _still_mine(lease, Status.LEASED, Status.CANCELLED)
        sent = ending(Status.SENT, now) | {
            "sent_at": now,
            "last_error": NO_GATEWAY if kept_here else None,
        }
        if row_count(session.execute(mine.values(sent))) == 0:
            return False
        receipts.accepted(session, lease.id, provider_id=provider_id, at=now)
        return True


def mark_failed(
    session: Session, lease: Lease, *, now: datetime, code: str, permanent: bool
) -> Status | None:
    """Record a failure: queue the message again or give up; return the new status.

    Gives up when ``permanent``, after :data:`MAX_ATTEMPTS`, or when the next attempt would come
    at ``expires_at`` or later: the agent must know early. None: the lease was lost.
    """
    again = now + back_off(lease.attempt)
    final = permanent or lease.attempt >= MAX_ATTEMPTS or again >= lease.expires_at
    values: dict[str, Any] = (
        ending(Status.FAILED, now)
        if final
        else {"status": Status.QUEUED, "due_at": again, "leased_until": None}
    )
    with writing(session):
        mine = _still_mine(lease, Status.LEASED)
        done = session.execute(mine.values(values | {"last_error": code}))
    if row_count(done) == 0:
        return None
    return Status.FAILED if final else Status.QUEUED


def mark_dropped(session: Session, lease: Lease, *, now: datetime, code: str) -> bool:
    """Cancel a leased message that is no longer true; return False if the lease was lost."""
    with writing(session):
        mine = _still_mine(lease, Status.LEASED)
        values = ending(Status.CANCELLED, now) | {"last_error": code}
        return row_count(session.execute(mine.values(values))) == 1


def back_off(attempt: int) -> timedelta:
    """Return how long to wait after the ``attempt``-th failure (1 is the first)."""
    doubled: timedelta = FIRST_RETRY * 2 ** (attempt - 1)
    return min(doubled, LONGEST_RETRY)


def _still_mine(lease: Lease, *statuses: Status) -> Update:
    return update(QueuedMessage).where(
        QueuedMessage.id == lease.id,
        QueuedMessage.attempts == lease.attempt,
        QueuedMessage.status.in_(statuses),
    )


def _open(now: datetime, channel: str) -> tuple[Any, ...]:
    abandoned = (QueuedMessage.status == Status.LEASED) & (QueuedMessage.leased_until <= now)
    waiting = QueuedMessage.status == Status.QUEUED
    return (OPEN, QueuedMessage.channel == channel, or_(waiting, abandoned))


def _claimable(now: datetime, channel: str) -> tuple[Any, ...]:
    return (*_open(now, channel), QueuedMessage.due_at <= now, QueuedMessage.expires_at > now)


def _anything_to_do(session: Session, now: datetime, channel: str) -> bool:
    # Called about once a second: a plain read, so that an idle worker never takes the write lock.
    found = session.scalar(
        select(QueuedMessage.id).where(*_open(now, channel), QueuedMessage.due_at <= now).limit(1)
    )
    session.rollback()
    return found is not None


def _end_late_and_worn_out(session: Session, now: datetime, channel: str) -> None:
    late = QueuedMessage.expires_at <= now
    worn = QueuedMessage.attempts >= MAX_ATTEMPTS
    still_open = _open(now, channel)
    session.execute(
        update(QueuedMessage).where(*still_open, late).values(ending(Status.EXPIRED, now))
    )
    session.execute(
        update(QueuedMessage)
        .where(*still_open, worn)
        .values(ending(Status.FAILED, now) | {"last_error": "delivery.too_many_attempts"})
    )


def _lease(row: QueuedMessage, until: datetime) -> Lease:
    taken = {name: getattr(row, name) for name in Lease.__slots__ if hasattr(row, name)}
    return Lease(**taken, attempt=row.attempts, until=until)

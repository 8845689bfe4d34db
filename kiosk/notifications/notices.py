"""Queues the messages that an event (an appointment was booked, moved, cancelled) calls for."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from kiosk.notifications import kinds, queue
from kiosk.notifications.kind import Notice

SHORTEST_LIFE = timedelta(minutes=15)
"""A notice about an appointment that is already over can still be sent for so long."""


def announce(session: Session, notice: Notice, *, now: datetime) -> None:
    """Withdraw what the event makes untrue, then queue each kind that it calls for.

    Joins the caller's write transaction. Raises LookupError for an event that no kind names.
    """
    kept = kinds.kept_at(notice.subject_type, notice.event)
    queue.withdraw(session, notice.subject_type, notice.subject_id, now=now, kept=kept)
    for name, kind in kinds.sent_on(notice.subject_type, notice.event).items():
        due_at = kind.due_at(notice, now)
        if due_at is not None:
            queue.enqueue(session, _message(notice, name, due_at), now=now)


def send_again(session: Session, notice: Notice, kind: str, *, now: datetime) -> None:
    """Queue one kind for now, besides what is queued; twice within a minute is once.

    Joins the caller's write transaction.
    """
    again = _message(notice, kind, now, suffix=f":again{now:%Y%m%d%H%M}")
    queue.enqueue(session, again, now=now)


def _message(notice: Notice, kind: str, due_at: datetime, *, suffix: str = "") -> queue.NewMessage:
    subject = f"{notice.subject_type}:{notice.subject_id}"
    return queue.NewMessage(
        dedup_key=f"{subject}:{kind}:v{notice.version}{suffix}",
        kind=kind,
        channel=notice.channel,
        recipient=notice.recipient,
        language=notice.language,
        subject_type=notice.subject_type,
        subject_id=notice.subject_id,
        due_at=due_at,
        expires_at=max(notice.ends_at, due_at + SHORTEST_LIFE),
        payload={"version": notice.version},
    )

"""What is erased of messages that ended, to the second."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from sqlalchemy.orm import Session

from kiosk.notifications import queue, retention
from kiosk.notifications.model import NO_GATEWAY, QueuedMessage
from kiosk.storage.database import writing

NOON = datetime(2026, 11, 26, 12, 0, tzinfo=UTC)
SECOND = timedelta(seconds=1)

Enqueue = Callable[..., bool]


def test_addresses_are_masked_a_month_after_the_end(enqueue: Enqueue, session: Session) -> None:
    enqueue("appt:7:a", recipient="robert@exemple.fr")
    enqueue("appt:7:b", recipient="+33639980042", channel="sms")
    enqueue("appt:8:c", recipient="waiting@exemple.fr", subject_id=8)
    with writing(session):
        queue.withdraw(session, "appointment", 7, now=NOON)

    def forget(after: timedelta) -> int:
        with writing(session):
            return retention.forget(session, now=NOON + after)

    too_soon = forget(timedelta(days=30) - timedelta(seconds=1))
    in_time = forget(timedelta(days=30))
    again = forget(timedelta(days=31))

    assert (too_soon, in_time, again) == (0, 2, 0)
    assert {row.recipient for row in queue.recent(session)} == {
        "r•••@•••",
        "•••42",
        "waiting@exemple.fr",
    }


def test_a_row_is_deleted_a_year_after_the_end_of_its_message_and_no_sooner(
    enqueue: Enqueue, session: Session
) -> None:
    enqueue()
    with writing(session):
        queue.withdraw(session, "appointment", 7, now=NOON)

    def rows_after(days: timedelta) -> int:
        with writing(session):
            retention.forget(session, now=NOON + days)
        return len(queue.recent(session))

    assert rows_after(timedelta(days=365) - SECOND) == 1
    assert rows_after(timedelta(days=365)) == 0


def test_an_error_is_forgotten_with_the_address_unless_it_says_that_no_gateway_took_it(
    enqueue: Enqueue, session: Session
) -> None:
    errors = {"appt:1": "smtp.550", "appt:2": NO_GATEWAY}
    for key, error in errors.items():
        enqueue(key)
        with writing(session):
            row = session.query(QueuedMessage).filter_by(dedup_key=key).one()
            # Masked before: the error alone is left to be forgotten.
            row.ended_at, row.recipient, row.last_error = NOON, "r•••@•••", error

    with writing(session):
        retention.forget(session, now=NOON + timedelta(days=30))

    assert {row.dedup_key: row.last_error for row in queue.recent(session)} == {
        "appt:1": None,
        "appt:2": NO_GATEWAY,
    }

"""The message queue: each message once, in time, and withdrawn on request."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from kiosk.notifications import leases as leasing
from kiosk.notifications import queue
from kiosk.notifications.leases import Lease
from kiosk.notifications.model import QueuedMessage, Status
from kiosk.storage.database import writing

NOON = datetime(2026, 11, 26, 12, 0, tzinfo=UTC)
LEASE = timedelta(minutes=1)

Enqueue = Callable[..., bool]


def claim(session: Session, after: timedelta = timedelta(), limit: int = 1) -> list[Lease]:
    return leasing.claim_due(session, now=NOON + after, channel="email", lease=LEASE, limit=limit)


def only(session: Session) -> QueuedMessage:
    session.rollback()
    (row,) = queue.recent(session)
    return row


def test_the_same_message_is_queued_once(enqueue: Enqueue, session: Session) -> None:
    first = enqueue("appt:7:reminder15:v1")
    second = enqueue("appt:7:reminder15:v1", recipient="other@exemple.fr")

    assert (first, second) == (True, False)
    assert only(session).recipient == "robert@exemple.fr"


def test_a_message_that_expires_before_it_is_due_is_refused(enqueue: Enqueue) -> None:
    with pytest.raises(ValueError, match="due before"):
        enqueue(expires_at=NOON)


def test_a_message_disappears_with_the_change_that_announced_it(
    enqueue: Enqueue, session: Session
) -> None:
    message = queue.NewMessage(
        dedup_key="appt:9:confirmed:v1",
        kind="appointment_confirmation",
        channel="sms",
        recipient="+33639980042",
        language="fr",
        subject_type="appointment",
        subject_id=9,
        due_at=NOON,
        expires_at=NOON + LEASE,
        payload={},
    )

    def book_and_fail() -> None:
        with writing(session):
            queue.enqueue(session, message, now=NOON)
            raise RuntimeError("the booking failed")

    with pytest.raises(RuntimeError):
        book_and_fail()

    assert queue.about(session, "appointment", 9) == []


def test_a_message_is_not_leased_before_it_is_due(enqueue: Enqueue, session: Session) -> None:
    enqueue()

    early = claim(session, after=-timedelta(seconds=1))
    on_time = claim(session)

    assert early == []
    assert [lease.reference for lease in on_time] == [only(session).reference]
    assert [lease.until for lease in on_time] == [NOON + LEASE]


def test_each_channel_has_its_own_queue(enqueue: Enqueue, session: Session) -> None:
    enqueue(channel="sms")

    assert claim(session) == []


def test_the_oldest_due_message_is_leased_first(enqueue: Enqueue, session: Session) -> None:
    enqueue("appt:1:reminder15:v1", due_at=NOON - timedelta(minutes=1), subject_id=1)
    enqueue("appt:2:reminder15:v1", due_at=NOON - timedelta(minutes=2), subject_id=2)

    leases = claim(session, limit=2)

    assert [lease.subject_id for lease in leases] == [2, 1]


def test_one_message_is_leased_at_a_time_unless_more_are_asked_for(
    enqueue: Enqueue, session: Session
) -> None:
    for number in range(3):
        enqueue(f"appt:{number}:reminder15:v1")

    at_a_time = leasing.claim_due(session, now=NOON, channel="email", lease=LEASE)

    assert len(at_a_time) == 1


def test_a_leased_message_is_not_leased_again_before_its_lease_ends(
    enqueue: Enqueue, session: Session
) -> None:
    enqueue()
    claim(session)

    assert claim(session, after=LEASE - timedelta(seconds=1)) == []


def test_the_message_of_a_dead_worker_is_leased_again_exactly_when_its_lease_ends(
    enqueue: Enqueue, session: Session
) -> None:
    enqueue()
    (dead,) = claim(session)

    (taken_over,) = claim(session, after=LEASE)

    assert (dead.attempt, taken_over.attempt) == (1, 2)
    assert taken_over.reference == dead.reference


def test_a_message_expires_exactly_at_its_end(enqueue: Enqueue, session: Session) -> None:
    enqueue()

    leases = claim(session, after=timedelta(minutes=30))

    row = only(session)
    assert leases == []
    assert (row.status, row.payload) == (Status.EXPIRED, {})


def test_a_message_leased_ten_times_and_never_settled_is_given_up(
    enqueue: Enqueue, session: Session
) -> None:
    enqueue(expires_at=NOON + timedelta(days=1))
    for again in range(10):
        assert claim(session, after=LEASE * again)

    leases = claim(session, after=LEASE * 10)

    row = only(session)
    assert leases == []
    assert (row.status, row.last_error) == (Status.FAILED, "delivery.too_many_attempts")


def test_withdrawing_cancels_every_message_of_that_appointment_and_no_other(
    enqueue: Enqueue, session: Session
) -> None:
    enqueue("appt:7:reminder15:v1")
    enqueue("appt:7:confirmed:v1")
    enqueue("appt:77:reminder15:v1", subject_id=77)

    with writing(session):
        cancelled = queue.withdraw(session, "appointment", 7, now=NOON)

    assert cancelled == 2
    assert [lease.subject_id for lease in claim(session, limit=9)] == [77]


def test_withdrawing_leaves_another_type_of_subject_with_the_same_id(
    enqueue: Enqueue, session: Session
) -> None:
    enqueue("appt:7:reminder15:v1")

    with writing(session):
        withdrawn = queue.withdraw(session, "account", 7, now=NOON)

    assert withdrawn == 0
    assert only(session).status == Status.QUEUED


def test_the_messages_of_several_subjects_are_listed_in_the_order_in_which_they_are_due(
    enqueue: Enqueue, session: Session
) -> None:
    minute = timedelta(minutes=1)
    enqueue("late", due_at=NOON + minute, subject_id=7)
    enqueue("early", due_at=NOON, subject_id=7)
    enqueue("other", subject_id=8)
    enqueue("third", subject_id=9)
    enqueue("account", subject_type="account", subject_id=7)

    found = queue.about_each(session, "appointment", [7, 8])

    keys = {number: [row.dedup_key for row in rows] for number, rows in found.items()}
    assert keys == {7: ["early", "late"], 8: ["other"]}
    assert [row.dedup_key for row in queue.about(session, "account", 7)] == ["account"]


def test_looking_for_what_is_due_leaves_no_transaction_open(
    session: Session, enqueue: Enqueue
) -> None:
    found = leasing.claim_due(session, now=NOON, channel="email", lease=timedelta(minutes=4))

    assert found == []
    assert not session.in_transaction()


def test_the_fifty_newest_messages_are_recent(session: Session, enqueue: Enqueue) -> None:
    for number in range(51):
        enqueue(dedup_key=f"appt:{number}")

    keys = [row.dedup_key for row in queue.recent(session)]

    assert keys == [f"appt:{number}" for number in range(50, 0, -1)]

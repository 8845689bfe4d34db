"""What becomes of a leased message: sent, tried again, given up, dropped."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from kiosk.messaging.message import DeliveryFailed
from kiosk.notifications import leases as leasing
from kiosk.notifications import queue, receipts, subjects
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


def test_a_worker_that_lost_its_lease_settles_nothing(enqueue: Enqueue, session: Session) -> None:
    enqueue()
    (lost,) = claim(session)
    claim(session, after=LEASE)
    late = NOON + LEASE

    sent = leasing.mark_sent(session, lost, now=late, provider_id=None)
    failed = leasing.mark_failed(session, lost, now=late, code="x", permanent=True)
    dropped = leasing.mark_dropped(session, lost, now=late, code="x")

    assert (sent, failed, dropped) == (False, None, False)
    assert only(session).status == Status.LEASED


def test_a_message_cancelled_while_it_is_being_sent_is_recorded_as_sent(
    enqueue: Enqueue, session: Session
) -> None:
    enqueue()
    (lease,) = claim(session)
    with writing(session):
        queue.withdraw(session, "appointment", 7, now=NOON)

    leasing.mark_sent(session, lease, now=NOON, provider_id="q1")

    assert only(session).status == Status.SENT


def test_a_message_that_is_no_longer_true_is_cancelled_with_the_reason(
    enqueue: Enqueue, session: Session
) -> None:
    enqueue()
    (lease,) = claim(session)

    dropped = leasing.mark_dropped(session, lease, now=NOON, code="message.stale")

    row = only(session)
    assert dropped
    assert (row.status, row.last_error, row.payload) == (Status.CANCELLED, "message.stale", {})


def test_a_sent_message_keeps_its_receipt_and_loses_its_content(
    enqueue: Enqueue, session: Session
) -> None:
    enqueue()
    (lease,) = claim(session)

    done = leasing.mark_sent(session, lease, now=NOON, provider_id="queued as 4F1")

    row = only(session)
    (receipt,) = receipts.of(session, row.id)
    assert done
    assert (row.status, receipt.provider_id, row.sent_at) == (Status.SENT, "queued as 4F1", NOON)
    assert (row.payload, row.body_erased_at) == ({}, NOON)


def test_a_passing_failure_is_tried_again_after_a_growing_pause(
    enqueue: Enqueue, session: Session
) -> None:
    enqueue(expires_at=NOON + timedelta(days=1))
    pauses = []
    now = NOON
    for _ in range(7):
        (lease,) = leasing.claim_due(session, now=now, channel="email", lease=LEASE)
        leasing.mark_failed(session, lease, now=now, code="smtp.451", permanent=False)
        pauses.append((only(session).due_at - now).total_seconds())
        now = only(session).due_at

    assert pauses == [10, 20, 40, 80, 160, 300, 300]
    assert only(session).last_error == "smtp.451"


def test_the_tenth_failure_is_final_and_the_ninth_is_not(
    enqueue: Enqueue, session: Session
) -> None:
    enqueue(expires_at=NOON + timedelta(days=1))
    statuses = []
    for hour in range(10):
        at = NOON + timedelta(hours=hour)
        (lease,) = leasing.claim_due(session, now=at, channel="email", lease=LEASE)
        statuses.append(
            leasing.mark_failed(session, lease, now=at, code="smtp.451", permanent=False)
        )

    assert statuses == [Status.QUEUED] * 9 + [Status.FAILED]


@pytest.mark.parametrize(
    ("expires_after", "status"),
    [(timedelta(seconds=10), Status.FAILED), (timedelta(seconds=11), Status.QUEUED)],
)
def test_a_message_is_queued_again_only_when_the_next_attempt_is_before_its_end(
    enqueue: Enqueue, session: Session, expires_after: timedelta, status: Status
) -> None:
    enqueue(expires_at=NOON + expires_after)
    (lease,) = claim(session)

    after = leasing.mark_failed(session, lease, now=NOON, code="smtp.451", permanent=False)

    assert after == status


def test_a_permanent_failure_ends_a_message(enqueue: Enqueue, session: Session) -> None:
    enqueue()
    (lease,) = claim(session)

    status = leasing.mark_failed(session, lease, now=NOON, code="smtp.550", permanent=True)

    assert status == Status.FAILED
    assert claim(session, after=timedelta(minutes=10)) == []


def test_a_failure_is_final_when_the_next_attempt_would_come_too_late(
    enqueue: Enqueue, session: Session
) -> None:
    enqueue(expires_at=NOON + timedelta(seconds=9))
    (lease,) = claim(session)

    status = leasing.mark_failed(session, lease, now=NOON, code="smtp.451", permanent=False)

    assert status == Status.FAILED


def test_a_message_that_a_gateway_took_is_not_said_to_lie_here(
    session: Session, enqueue: Enqueue
) -> None:
    enqueue()
    (lease,) = leasing.claim_due(session, now=NOON, channel="email", lease=timedelta(minutes=4))

    assert leasing.mark_sent(session, lease, now=NOON, provider_id=None)

    assert queue.recent(session)[0].last_error is None


@pytest.mark.parametrize(("attempt", "seconds"), [(1, 10), (2, 20), (5, 160), (6, 300), (10, 300)])
def test_each_failure_doubles_the_pause_up_to_five_minutes(attempt: int, seconds: int) -> None:
    assert leasing.back_off(attempt) == timedelta(seconds=seconds)


def test_a_kind_or_a_subject_that_is_not_known_is_given_up(
    session: Session, enqueue: Enqueue
) -> None:
    enqueue()
    (lease,) = leasing.claim_due(session, now=NOON, channel="email", lease=timedelta(minutes=4))

    with pytest.raises(DeliveryFailed) as failure:
        subjects.facts_of(session, {}, lease)

    assert (failure.value.code, failure.value.permanent) == ("message.unwritable", True)

"""Receipts: what providers report about messages, each outcome once."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from kiosk.notifications import leases, queue, receipts, retention
from kiosk.notifications.model import Outcome, QueuedMessage, Receipt, Status
from kiosk.storage.database import writing

NOON = datetime(2026, 11, 26, 12, 0, tzinfo=UTC)
LATER = NOON + timedelta(minutes=1)
MONTH = timedelta(days=30)

Enqueue = Callable[..., bool]


@pytest.fixture
def send(enqueue: Enqueue, session: Session) -> Callable[..., int]:
    """Queue a message and send it; the provider names it ``4F1``. Return its id."""

    def make(
        key: str = "a", channel: str = "sms", at: datetime = NOON, provider_id: str = "4F1"
    ) -> int:
        enqueue(key, channel=channel)
        (lease,) = leases.claim_due(session, now=at, channel=channel, lease=timedelta(minutes=1))
        leases.mark_sent(session, lease, now=at, provider_id=provider_id)
        return lease.id

    return make


def outcomes(session: Session, message_id: int) -> list[tuple[str, datetime]]:
    session.rollback()
    return [(receipt.outcome, receipt.at) for receipt in receipts.of(session, message_id)]


def message(session: Session, message_id: int) -> QueuedMessage:
    session.rollback()
    return session.get_one(QueuedMessage, message_id)


def test_a_sent_message_has_been_accepted(send: Callable[..., int], session: Session) -> None:
    message_id = send()

    (receipt,) = receipts.of(session, message_id)
    assert (receipt.outcome, receipt.provider_id, receipt.at) == (Outcome.ACCEPTED, "4F1", NOON)
    assert receipt.code is None


def test_a_lost_lease_leaves_no_receipt(enqueue: Enqueue, session: Session) -> None:
    enqueue()
    minute = timedelta(minutes=1)
    (lost,) = leases.claim_due(session, now=NOON, channel="email", lease=minute)
    leases.claim_due(session, now=NOON + minute, channel="email", lease=minute)

    leases.mark_sent(session, lost, now=NOON + minute, provider_id="4F1")

    assert outcomes(session, lost.id) == []


@pytest.mark.parametrize(
    ("report", "outcome"),
    [(receipts.delivered, Outcome.DELIVERED), (receipts.opened, Outcome.OPENED)],
)
def test_a_report_is_recorded_once_and_returns_its_message(
    send: Callable[..., int],
    session: Session,
    report: Callable[..., QueuedMessage],
    outcome: Outcome,
) -> None:
    message_id = send()

    with writing(session):
        first = report(session, channel="sms", provider_id="4F1", at=LATER)
        assert first.id == message_id
        report(session, channel="sms", provider_id="4F1", at=LATER + timedelta(minutes=1))

    assert outcomes(session, message_id) == [(Outcome.ACCEPTED, NOON), (outcome, LATER)]
    assert message(session, message_id).status == Status.SENT


def test_a_bounced_message_has_failed_with_the_provider_s_reason(
    send: Callable[..., int], session: Session
) -> None:
    message_id = send()

    with writing(session):
        receipts.bounced(session, channel="sms", provider_id="4F1", at=LATER, code="sms.unknown")

    failed = message(session, message_id)
    assert (failed.status, failed.last_error) == (Status.FAILED, "sms.unknown")
    assert [receipt.code for receipt in receipts.of(session, message_id)] == [None, "sms.unknown"]


@pytest.mark.parametrize(("channel", "provider_id"), [("sms", "unknown"), ("email", "4F1")])
def test_a_report_about_no_message_of_ours_changes_nothing(
    send: Callable[..., int], session: Session, channel: str, provider_id: str
) -> None:
    message_id = send()

    with writing(session):
        found = receipts.bounced(
            session, channel=channel, provider_id=provider_id, at=LATER, code="sms.unknown"
        )

    assert found is None
    assert outcomes(session, message_id) == [(Outcome.ACCEPTED, NOON)]
    assert message(session, message_id).status == Status.SENT


def test_a_provider_id_used_again_names_the_newest_message(
    send: Callable[..., int], session: Session
) -> None:
    send("a", at=NOON)
    newest = send("b", at=LATER)

    with writing(session):
        found = receipts.delivered(session, channel="sms", provider_id="4F1", at=LATER)

    assert found is not None
    assert found.id == newest


def test_receipts_are_erased_with_the_recipient_and_not_before(
    send: Callable[..., int], session: Session
) -> None:
    old, young = send("a", at=NOON), send("b", at=LATER)

    with writing(session):
        retention.forget(session, now=NOON + MONTH - timedelta(seconds=1))
    before = session.query(Receipt).count()
    with writing(session):
        retention.forget(session, now=NOON + MONTH)

    assert before == 2
    assert outcomes(session, old) == []
    assert outcomes(session, young) == [(Outcome.ACCEPTED, LATER)]
    assert [row.recipient for row in queue.recent(session)] == ["robert@exemple.fr", "r•••@•••"]

"""One channel's loop: every outcome is recorded and shown, and no fault stops it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from threading import Event

import pytest
from sqlalchemy.orm import Session

from kiosk import clock
from kiosk.messaging.message import Accepted, DeliveryFailed
from kiosk.notifications import queue
from kiosk.notifications.delivery import RECORDING_TRIES, Lane, LeasedQueue, Stale, place
from kiosk.notifications.leases import Lease
from kiosk.notifications.model import Status
from kiosk.storage.database import Database

NOON = datetime(2026, 11, 26, 12, 0, tzinfo=UTC)

Enqueue = Callable[..., bool]


@dataclass
class Appointments:
    """A subject of messages that remembers what was announced."""

    announced: list[int] = field(default_factory=list)

    def values(self, session: Session, subject_id: int) -> None:
        return None

    def announce(self, session: Session, subject_id: int) -> None:
        self.announced.append(subject_id)


class Post:
    """Delivers as the test says."""

    def __init__(self, outcome: Callable[[], Accepted]) -> None:
        self._outcome = outcome

    def deliver(self, lease: Lease) -> Accepted:
        return self._outcome()


def taken() -> Accepted:
    return Accepted(provider_id="4F1")


def stale() -> Accepted:
    raise Stale


def fails(permanent: bool) -> Callable[[], Accepted]:
    def outcome() -> Accepted:
        raise DeliveryFailed("smtp.550", permanent=permanent)

    return outcome


def breaks() -> Accepted:
    raise RuntimeError("amina@exemple.fr")


def lane(database: Database, outcome: Callable[[], Accepted], subject: Appointments) -> Lane:
    known = {"appointment": subject}
    return Lane("email", LeasedQueue(database, known), Post(outcome), Event())  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("outcome", "status", "error"),
    [
        (taken, Status.SENT, None),
        (stale, Status.CANCELLED, "message.stale"),
        (fails(permanent=True), Status.FAILED, "smtp.550"),
        (fails(permanent=False), Status.QUEUED, "smtp.550"),
        (breaks, Status.QUEUED, "delivery.unexpected"),
    ],
)
def test_each_outcome_is_recorded_and_announced(
    database: Database,
    enqueue: Enqueue,
    outcome: Callable[[], Accepted],
    status: Status,
    error: str | None,
) -> None:
    enqueue()
    subject = Appointments()

    with clock.fixed(NOON):
        went_on = lane(database, outcome, subject).step()

    with database.session() as session:
        (row,) = queue.recent(session)
    assert went_on
    assert (row.status, row.last_error) == (status, error)
    assert subject.announced == [7]


def test_a_message_of_an_unknown_type_of_subject_is_settled_and_announced_to_nobody(
    database: Database, enqueue: Enqueue
) -> None:
    enqueue(subject_type="visit")
    subject = Appointments()

    with clock.fixed(NOON):
        lane(database, taken, subject).step()

    with database.session() as session:
        assert queue.recent(session)[0].status == Status.SENT
    assert subject.announced == []


def test_nothing_due_and_a_database_that_does_not_answer_both_let_the_lane_wait(
    database: Database, enqueue: Enqueue, monkeypatch: pytest.MonkeyPatch
) -> None:
    email = lane(database, taken, Appointments())
    with clock.fixed(NOON):
        nothing_due = email.step()
    enqueue()
    monkeypatch.setattr(LeasedQueue, "claim", lambda *_: breaks())

    assert (nothing_due, email.step()) == (False, False)


@pytest.mark.parametrize("faults", [RECORDING_TRIES - 1, RECORDING_TRIES])
def test_recording_is_tried_five_times(
    database: Database, enqueue: Enqueue, monkeypatch: pytest.MonkeyPatch, faults: int
) -> None:
    enqueue()
    email, tries = lane(database, taken, Appointments()), []
    email.stop.set()  # no pause between the tries
    record = LeasedQueue.sent

    def sent(self: LeasedQueue, lease: Lease, accepted: Accepted) -> None:
        tries.append(lease.id)
        if len(tries) <= faults:
            raise RuntimeError
        record(self, lease, accepted)

    monkeypatch.setattr(LeasedQueue, "sent", sent)
    with clock.fixed(NOON):
        email.step()

    with database.session() as session:
        status = queue.recent(session)[0].status
    assert len(tries) == RECORDING_TRIES == 5
    assert status == (Status.SENT if faults < RECORDING_TRIES else Status.LEASED)


def test_a_fault_is_named_by_its_place_and_never_by_its_words() -> None:
    try:
        breaks()
    except RuntimeError as error:
        where = place(error)

    assert where.startswith("test_lane.py:")
    assert place(RuntimeError("never raised")) == ""

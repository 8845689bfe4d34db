"""One channel's loop: every outcome is recorded and shown, and no fault stops it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from threading import Event

import pytest
from sqlalchemy.orm import Session

from kiosk import clock
from kiosk.messaging.message import Accepted, Channel, DeliveryFailed
from kiosk.notifications import delivery, queue
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


class Pauses(Event):
    """A stop that notes each pause of a lane and ends it at once; set at the given one."""

    def __init__(self, last: int = 1_000) -> None:
        super().__init__()
        self.waited: list[float | None] = []
        self._last = last

    def wait(self, timeout: float | None = None) -> bool:
        self.waited.append(timeout)
        if len(self.waited) >= self._last:
            self.set()
        return self.is_set()


def test_a_lane_delivers_what_is_due_at_once_and_then_looks_every_second(
    database: Database, enqueue: Enqueue
) -> None:
    for number in range(2):
        enqueue(dedup_key=f"appointment:{number}:reminder:v1")
    email = replace(lane(database, taken, Appointments()), stop=Pauses(last=3))

    with clock.fixed(NOON):
        email.run()

    with database.session() as session:
        assert [row.status for row in queue.recent(session)] == [Status.SENT, Status.SENT]
    assert email.stop.waited == [1.0, 1.0, 1.0]  # type: ignore[attr-defined]


def test_recording_is_tried_again_after_a_second(
    database: Database, enqueue: Enqueue, monkeypatch: pytest.MonkeyPatch
) -> None:
    enqueue()
    email = replace(lane(database, taken, Appointments()), stop=Pauses())
    monkeypatch.setattr(LeasedQueue, "sent", lambda *_: breaks())

    with clock.fixed(NOON):
        email.step()

    assert email.stop.waited == [1.0] * 5  # type: ignore[attr-defined]


def test_a_lease_is_four_minutes_long(database: Database, enqueue: Enqueue) -> None:
    enqueue()

    with clock.fixed(NOON):
        lease = LeasedQueue(database, {}).claim(Channel.EMAIL)

    assert lease is not None
    assert lease.until == NOON + timedelta(minutes=4)


def test_a_message_whose_subject_is_gone_is_stale() -> None:
    post = delivery.Post(Composing(), lambda _: None, mail=None, sms=None)  # type: ignore[arg-type]

    with pytest.raises(Stale):
        post.deliver(LEASE)


def test_a_message_that_cannot_be_written_is_given_up() -> None:
    post = delivery.Post(Composing(), lambda _: object(), mail=None, sms=None)  # type: ignore[arg-type, return-value]

    with pytest.raises(DeliveryFailed) as failure:
        post.deliver(LEASE)

    assert (failure.value.code, failure.value.permanent) == ("message.unwritable", True)


class Composing:
    """A composer whose templates are broken."""

    def email(self, lease: Lease, facts: object, *, now: datetime) -> None:
        raise KeyError(lease.kind)


LEASE = Lease(
    id=1,
    attempt=1,
    reference="r",
    kind="strange",
    channel="email",
    recipient="amina@exemple.fr",
    language="fr",
    subject_type="appointment",
    subject_id=7,
    payload={},
    until=NOON,
    expires_at=NOON,
)


def test_a_fault_is_named_where_it_rose_and_not_where_it_was_passed_on() -> None:
    def passes_on() -> None:
        breaks()

    with pytest.raises(RuntimeError) as raised:
        passes_on()

    assert place(raised.value) == f"test_lane.py:{breaks.__code__.co_firstlineno + 1}"


def test_a_fault_is_named_by_its_place_and_never_by_its_words() -> None:
    try:
        breaks()
    except RuntimeError as error:
        where = place(error)

    assert where.startswith("test_lane.py:")
    assert place(RuntimeError("never raised")) == ""

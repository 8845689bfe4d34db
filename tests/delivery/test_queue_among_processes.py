"""One message queue shared by several processes, on SQLite and on PostgreSQL."""

from __future__ import annotations

import multiprocessing
import os
import signal
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from multiprocessing.synchronize import Barrier, Event
from pathlib import Path

import pytest

from kiosk.notifications import leases as leasing
from kiosk.notifications import queue, receipts
from kiosk.notifications.model import Status
from kiosk.storage.base import Base
from kiosk.storage.database import Database, writing
from tests.drivers.postgresql import running_cluster

NOON = datetime(2026, 11, 26, 12, 0, tzinfo=UTC)
LEASE = timedelta(minutes=1)


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """Yield the URL of a database that has an empty message queue."""
    if request.param == "sqlite":
        yield _with_tables(f"sqlite:///{tmp_path / 'kiosk.sqlite3'}")
    else:
        with running_cluster() as url:
            yield _with_tables(url)


@pytest.fixture
def database(url: str) -> Iterator[Database]:
    database = Database(url)
    yield database
    database.close()


def _with_tables(url: str) -> str:
    database = Database(url)
    Base.metadata.create_all(
        database.engine,
        tables=[Base.metadata.tables[name] for name in ("outbox_message", "receipt")],
    )
    database.close()
    return url


def message(number: int) -> queue.NewMessage:
    return queue.NewMessage(
        dedup_key=f"appointment:{number}:reminder:v1",
        kind="appointment_reminder",
        channel="email",
        recipient="robert@exemple.fr",
        language="fr",
        subject_type="appointment",
        subject_id=number,
        due_at=NOON,
        expires_at=NOON + timedelta(minutes=30),
        payload={"version": 1},
    )


def _drain(url: str, journal: str, now: datetime) -> None:
    """Send every due message, five leases at a time, and append each reference to a journal."""
    database = Database(url)
    with database.session() as session:
        while leases := leasing.claim_due(session, now=now, channel="email", lease=LEASE, limit=5):
            for lease in leases:
                with open(journal, "a") as lines:
                    lines.write(f"{lease.reference} {lease.attempt}\n")
                leasing.mark_sent(session, lease, now=now, provider_id=None)
    database.close()


def _work(url: str, journal: str, started: Event, drained: Barrier) -> None:
    started.wait(60)
    _drain(url, journal, NOON)
    drained.wait(60)
    _drain(url, journal, NOON + LEASE)


def _die_at_work(url: str, started: Event) -> None:
    with Database(url).session() as session:
        leasing.claim_due(session, now=NOON, channel="email", lease=LEASE, limit=5)
    started.set()
    os.kill(os.getpid(), signal.SIGKILL)


def test_four_processes_send_a_hundred_messages_once_though_one_is_killed(
    url: str, database: Database, tmp_path: Path
) -> None:
    with database.session() as session, writing(session):
        for number in range(100):
            queue.enqueue(session, message(number), now=NOON)
    journal = tmp_path / "journal"
    processes = multiprocessing.get_context("spawn")
    started, drained = processes.Event(), processes.Barrier(3)
    others = (url, str(journal), started, drained)
    workers = [processes.Process(target=_die_at_work, args=(url, started))]
    workers += [processes.Process(target=_work, args=others) for _ in range(3)]

    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(timeout=60)

    lines = [line.split() for line in journal.read_text().splitlines()]
    assert [worker.exitcode for worker in workers] == [-signal.SIGKILL, 0, 0, 0]
    assert len(lines) == len({reference for reference, _ in lines}) == 100
    assert [attempt for _, attempt in lines].count("2") == 5
    with database.session() as session:
        assert {row.status for row in queue.recent(session, limit=200)} == {Status.SENT}


def test_a_message_queued_twice_is_one_message(database: Database) -> None:

    with database.session() as session, writing(session):
        queued = [queue.enqueue(session, message(7), now=NOON) for _ in range(2)]

    with database.session() as session:
        assert len(queue.recent(session)) == 1
    assert queued == [True, False]


def test_withdrawing_and_settling_work_on_both_databases(database: Database) -> None:
    with database.session() as session, writing(session):
        for number in (1, 2, 3):
            queue.enqueue(session, message(number), now=NOON)
        queue.withdraw(session, "appointment", 3, now=NOON)

    with database.session() as session:
        first, second = leasing.claim_due(session, now=NOON, channel="email", lease=LEASE, limit=9)
        leasing.mark_sent(session, first, now=NOON, provider_id="4F1")
        leasing.mark_failed(session, second, now=NOON, code="smtp.451", permanent=False)

    with database.session() as session:
        (receipt,) = receipts.of(session, first.id)
        rows = {row.subject_id: row for row in queue.recent(session)}
    assert [rows[number].status for number in (1, 2, 3)] == ["sent", "queued", "cancelled"]
    assert rows[2].due_at == NOON + leasing.FIRST_RETRY
    assert rows[1].payload == {}
    assert receipt.provider_id == "4F1"

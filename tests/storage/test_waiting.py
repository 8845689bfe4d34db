"""Writes wait for a written time; reads, and the threads they need, do not."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import event, text

from kiosk.notifications import leases
from kiosk.storage import database, revisions, schema
from kiosk.storage.database import Database, DatabaseBusy, writing
from tests.drivers.postgresql import running_cluster


@pytest.fixture
def busy_database(
    empty_database: str, monkeypatch: pytest.MonkeyPatch
) -> Iterator[tuple[Database, Database]]:
    """A database with its tables, and a second way into it for the one that holds its lock."""
    monkeypatch.setattr(database, "BUSY_TIMEOUT_MS", 300)
    schema.upgrade(empty_database)
    ours, other = Database(empty_database), Database(empty_database)
    yield ours, other
    ours.close()
    other.close()


def test_a_write_that_waits_too_long_says_so_and_reads_go_on(tmp_path, monkeypatch):
    monkeypatch.setattr(database, "BUSY_TIMEOUT_MS", 300)
    url = f"sqlite:///{tmp_path / 'kiosk.sqlite3'}"
    schema.upgrade(url)
    ours, other = Database(url), Database(url)
    with other.session() as holder, writing(holder):
        revisions.bump(holder, "room:1")
        began = time.monotonic()
        with ours.session() as session:
            with pytest.raises(DatabaseBusy), writing(session):
                revisions.bump(session, "room:2")
            assert revisions.current(session, "room:1") == 0
        assert time.monotonic() - began < 3
    ours.close()
    other.close()


def test_a_ninth_writer_is_refused_soon_and_holds_no_thread(tmp_path):
    url = f"sqlite:///{tmp_path / 'kiosk.sqlite3'}"
    schema.upgrade(url)
    ours = Database(url)
    free = threading.Event()

    def write() -> bool:
        with ours.session() as session, writing(session):
            free.wait(5)
        return True

    with ThreadPoolExecutor(database.WRITERS) as pool:
        writers = [pool.submit(write) for _ in range(database.WRITERS)]
        time.sleep(0.3)
        began = time.monotonic()
        with ours.session() as session, pytest.raises(DatabaseBusy), writing(session):
            pass
        assert time.monotonic() - began < 2 * database.PLACE_WAIT_S
        free.set()
        assert all(one.result() for one in writers)
    ours.close()


def test_a_crowd_that_writes_is_waited_for_while_its_queue_moves(tmp_path):
    url = f"sqlite:///{tmp_path / 'kiosk.sqlite3'}"
    schema.upgrade(url)
    ours = Database(url)

    def write(number: int) -> bool:
        with ours.session() as session, writing(session):
            revisions.bump(session, f"room:{number}")
            time.sleep(0.1)
        return True

    crowd = 2 * database.WRITERS
    assert crowd * 0.1 > 2 * database.PLACE_WAIT_S
    with ThreadPoolExecutor(crowd) as pool:
        assert list(pool.map(write, range(crowd))) == [True] * crowd
    ours.close()


def test_all_topics_of_a_transaction_are_raised_by_one_statement(tmp_path):
    url = f"sqlite:///{tmp_path / 'kiosk.sqlite3'}"
    schema.upgrade(url)
    ours, said = Database(url), []
    event.listen(ours.engine, "before_cursor_execute", lambda _c, _u, text, *_: said.append(text))

    with ours.session() as session, writing(session):
        for topic in ("room:2", "house:1", "room:1"):
            revisions.bump(session, topic)

    assert len([text for text in said if text.startswith("INSERT")]) == 1
    with ours.session() as session:
        assert revisions.current_each(session, ["room:1", "room:2", "house:1"]) == {
            "room:1": 1,
            "room:2": 1,
            "house:1": 1,
        }
    ours.close()


def test_a_connection_that_the_server_has_ended_is_replaced():
    with running_cluster() as url:
        ours, other = Database(url), Database(url)
        with ours.session() as session:
            backend = session.scalar(text("SELECT pg_backend_pid()"))
        with other.session() as session:
            session.execute(text("SELECT pg_terminate_backend(:pid)"), {"pid": backend})

        with ours.session() as session:
            assert session.scalar(text("SELECT 1")) == 1
        ours.close()
        other.close()


def test_two_transactions_that_raise_the_same_topics_in_two_orders_both_commit(
    busy_database: tuple[Database, Database],
):
    ours, _ = busy_database
    together = threading.Barrier(2, timeout=5)

    def write(topics: tuple[str, str]) -> None:
        for _ in range(20):
            with ours.session() as session, writing(session):
                for topic in topics:
                    revisions.bump(session, topic)

    def start(topics: tuple[str, str]) -> bool:
        together.wait()
        write(topics)
        return True

    with ThreadPoolExecutor(2) as pool:
        done = list(pool.map(start, [("house:1", "room:1"), ("room:1", "house:1")]))

    assert done == [True, True]
    with ours.session() as session:
        assert revisions.current_each(session, ["house:1", "room:1"]) == {
            "house:1": 40,
            "room:1": 40,
        }


SENT = """
INSERT INTO outbox_message (id, dedup_key, reference, kind, channel, recipient, language,
    subject_type, subject_id, created_at, due_at, expires_at, payload, status, attempts)
VALUES (:id, :name, :name, 'appointment_reminder', 'sms', '', 'fr', 'appointment', 7,
    :now, :now, :now, '{}', 'sent', 1)
"""


def test_the_idle_worker_s_question_is_answered_from_an_index(empty_database: str):
    schema.upgrade(empty_database)
    ours = Database(empty_database)
    asked: list[tuple[str, Any]] = []
    with ours.session() as session:
        now = datetime(2026, 11, 30, 12)
        rows = [{"id": number, "name": str(number), "now": now} for number in range(5000)]
        session.connection().execute(text(SENT), [{**row, "id": row["id"]} for row in rows])
        session.commit()
        session.execute(text("ANALYZE"))
        session.commit()
        event.listen(
            ours.engine,
            "before_cursor_execute",
            lambda _c, _u, said, given, *_: asked.append((said, given)),
        )
        found = leases.claim_due(
            session, now=now.replace(tzinfo=UTC), channel="sms", lease=timedelta(minutes=4)
        )
        (question,) = [one for one in asked if one[0].startswith("SELECT")]
        explain = "EXPLAIN QUERY PLAN " if ours.engine.dialect.name == "sqlite" else "EXPLAIN "
        plan = session.connection().exec_driver_sql(explain + question[0], question[1]).all()

    assert found == []
    assert "ix_outbox_message_open" in str(plan)
    ours.close()

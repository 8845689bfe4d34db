"""Writes wait for a written time; reads, and the threads they need, do not."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import text

from kiosk.storage import database, revisions, schema
from kiosk.storage.database import Database, DatabaseBusy, writing


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


def test_the_idle_worker_s_question_is_answered_from_an_index(tmp_path):
    url = f"sqlite:///{tmp_path / 'kiosk.sqlite3'}"
    schema.upgrade(url)
    ours = Database(url)
    with ours.session() as session:
        plan = session.execute(
            text(
                "EXPLAIN QUERY PLAN SELECT id FROM outbox_message"
                " WHERE status IN ('queued', 'leased') AND channel = 'sms' AND due_at <= '2026'"
            )
        ).all()
    assert "ix_outbox_message_open" in str(plan)
    ours.close()

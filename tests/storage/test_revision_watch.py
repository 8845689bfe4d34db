"""A revision raised by another process is noticed within a second, on SQLite and on PostgreSQL."""

from __future__ import annotations

import queue
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import pytest
from sqlalchemy import text

from kiosk.settings import ROOT
from kiosk.storage import revision_watch, revisions
from kiosk.storage.database import Database, writing
from kiosk.storage.revision_watch import RevisionWatch
from tests.drivers.postgresql import running_cluster

OTHER_PROCESS = """
import sys, time
from kiosk.storage import revisions
from kiosk.storage.database import Database, writing

database = Database(sys.argv[1])
for line in sys.stdin:
    with database.session() as session, writing(session):
        revisions.bump(session, line.strip())
    print(time.monotonic(), flush=True)
"""


CUT_THE_LISTENER = """
SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE 'LISTEN%'
"""


class OtherProcess:
    """A process that knows the database and nothing of who is listening."""

    def __init__(self, url: str) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-c", OTHER_PROCESS, url],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def raises(self, topic: str) -> float:
        """Raise the revision of a topic; return the monotonic time after its commit."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(f"{topic}\n")
        self._process.stdin.flush()
        return float(self._process.stdout.readline())

    def end(self) -> None:
        self._process.communicate(timeout=15)


@pytest.fixture
def database(empty_database: str) -> Iterator[Database]:
    database = Database(empty_database)
    revisions.Revision.__table__.create(database.engine)
    yield database
    database.close()


@pytest.fixture
def other_process(database: Database, empty_database: str) -> Iterator[OtherProcess]:
    process = OtherProcess(empty_database)
    yield process
    process.end()


class Nudges:
    """What a watch reported, with the monotonic time at which it did."""

    def __init__(self) -> None:
        self._arrived: queue.Queue[tuple[Mapping[str, int], float]] = queue.Queue()

    def __call__(self, raised: Mapping[str, int]) -> None:
        self._arrived.put((dict(raised), time.monotonic()))

    def next(self) -> tuple[Mapping[str, int], float]:
        """Wait for the next report, at most five seconds."""
        return self._arrived.get(timeout=5)

    def none_within(self, seconds: float) -> bool:
        try:
            self._arrived.get(timeout=seconds)
        except queue.Empty:
            return True
        return False


@contextmanager
def watching(database: Database, nudges: Nudges, *topics: str) -> Iterator[RevisionWatch]:
    watch = RevisionWatch(database, topics=lambda: topics, nudge=nudges)
    watch.start()
    try:
        yield watch
    finally:
        watch.stop()


def bump(database: Database, topic: str) -> None:
    with database.session() as session, writing(session):
        revisions.bump(session, topic)


def test_what_another_process_commits_is_noticed_within_a_second(
    database: Database, other_process: OtherProcess
) -> None:
    nudges = Nudges()
    with watching(database, nudges, "room:7", "house:1"):
        first_at = other_process.raises("room:7")
        first, first_seen = nudges.next()
        second_at = other_process.raises("house:1")
        second, second_seen = nudges.next()

    assert (first, second) == ({"room:7": 1}, {"house:1": 1})
    assert first_seen - first_at < 1
    assert second_seen - second_at < 1


def test_a_topic_that_nobody_listens_to_is_not_reported(
    database: Database, other_process: OtherProcess
) -> None:
    nudges = Nudges()
    with watching(database, nudges, "room:7"):
        other_process.raises("room:8")
        other_process.raises("room:7")

        assert nudges.next()[0] == {"room:7": 1}
        assert nudges.none_within(0.5)


def test_two_web_processes_notice_the_same_commit(
    database: Database, empty_database: str, other_process: OtherProcess
) -> None:
    here, there = Nudges(), Nudges()
    second = Database(empty_database)
    with watching(database, here, "room:7"), watching(second, there, "room:7"):
        other_process.raises("room:7")

        assert here.next()[0] == there.next()[0] == {"room:7": 1}
    second.close()


def test_a_commit_of_the_own_process_is_passed_on_at_once_and_only_once(
    database: Database,
) -> None:
    nudges = Nudges()
    with watching(database, nudges, "room:7") as watch:
        stop = revisions.listen(watch.announce)
        bump(database, "room:7")
        committed = time.monotonic()
        stop()

        raised, seen = nudges.next()
        assert raised == {"room:7": 1}
        assert seen <= committed
        assert nudges.none_within(0.7)


def test_what_was_rolled_back_is_not_reported(database: Database) -> None:
    nudges = Nudges()
    with watching(database, nudges, "room:7"), database.session() as session:
        with writing(session):
            revisions.bump(session, "room:7")
            session.flush()
            session.rollback()

        assert nudges.none_within(0.7)


def test_a_lost_sign_delays_a_nudge_by_two_seconds_at_most(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(revision_watch, "_notifications", lambda _: _deaf)
    monkeypatch.setattr(revision_watch, "_data_versions", lambda _: _deaf)
    nudges = Nudges()
    with watching(database, nudges, "room:7"):
        bump(database, "room:7")
        committed = time.monotonic()

        assert nudges.next()[1] - committed < revision_watch.READ_WITHIN_S + 1


def _deaf(stop: revision_watch.Event) -> None:
    stop.wait(revision_watch.READ_WITHIN_S)


def test_a_watch_whose_connection_to_postgresql_is_cut_connects_again() -> None:
    nudges = Nudges()
    with running_cluster() as url:
        database = Database(url)
        revisions.Revision.__table__.create(database.engine)
        with watching(database, nudges, "room:7"):
            bump(database, "room:7")
            nudges.next()
            with database.session() as session:
                cut = session.scalars(text(CUT_THE_LISTENER)).all()

            bump(database, "room:7")

            assert cut == [True]
            assert nudges.next()[0] == {"room:7": 2}
            bump(database, "room:7")
            assert nudges.next()[0] == {"room:7": 3}
        database.close()


def test_more_topics_than_one_query_may_name_are_read(database: Database) -> None:
    topics = [f"room:{number}" for number in range(revisions.READ_AT_ONCE + 1)]
    with database.session() as session, writing(session):
        for topic in topics:
            revisions.bump(session, topic)

    with database.session() as session:
        assert revisions.current_each(session, topics) == dict.fromkeys(topics, 1)

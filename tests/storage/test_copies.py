"""Whole copies: consistent while others write, the same rows on both databases, all or nothing."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from sqlalchemy import text

from kiosk.houses.model import House
from kiosk.storage import copies, revisions, schema
from kiosk.storage.database import Database, writing
from tests.builders import old_installation
from tests.drivers.postgresql import running_cluster

WRITERS = 3
IN_STEP = ("house:1", "house:2")
"""Topics that every transaction raises together: a consistent copy has the same number twice."""


@contextmanager
def writers(url: str) -> Iterator[None]:
    """Let others write until the end of the block, as fast as they can."""
    over, database = threading.Event(), Database(url)

    def write() -> None:
        while not over.is_set():
            with database.session() as session, writing(session):
                for topic in IN_STEP:
                    revisions.bump(session, topic)

    threads = [threading.Thread(target=write) for _ in range(WRITERS)]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        over.set()
        for thread in threads:
            thread.join()
        database.close()


def rows(file: Path) -> dict[str, list[tuple[object, ...]]]:
    """Return every row of a copy by its table, but for the counters of changes."""
    with closing(sqlite3.connect(file)) as connection:
        tables = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
        names = [name for (name,) in tables if not name.startswith("sqlite_")]
        return {name: sorted(connection.execute(f'SELECT * FROM "{name}"')) for name in names}


def counts(file: Path) -> list[int]:
    with closing(sqlite3.connect(file)) as connection:
        found = connection.execute("SELECT number FROM revision WHERE topic LIKE 'house:%'")
        return [number for (number,) in found]


def old_database(folder: Path) -> Path:
    """Write the old installation, brought to today's schema; return its database in one file."""
    settings = old_installation.write(folder)
    schema.upgrade(settings.sqlalchemy_url)
    copy = folder / "copy.sqlite3"
    copies.snapshot(settings.sqlalchemy_url, copy)
    return copy


def test_a_copy_made_while_others_write_is_one_moment(empty_database: str, tmp_path: Path) -> None:
    schema.upgrade(empty_database)
    seen = []

    with writers(empty_database):
        while len(seen) < 5:
            file = tmp_path / f"copy-{len(seen)}.sqlite3"
            copies.snapshot(empty_database, file)
            seen.append(counts(file))

    assert [len(set(one)) for one in seen[1:]] == [1, 1, 1, 1]
    assert sorted(seen) == seen
    assert seen[-1] > seen[1]


def test_a_copy_is_one_file(tmp_path: Path) -> None:
    copy = old_database(tmp_path)

    assert copies.snapshot(f"sqlite:///{copy}", tmp_path / "again.sqlite3") == schema.newest()
    assert not list(tmp_path.glob("again.sqlite3-*"))
    assert rows(tmp_path / "again.sqlite3") == rows(copy)


def test_rows_are_the_same_after_a_way_through_postgresql(tmp_path: Path) -> None:
    copy, back = old_database(tmp_path), tmp_path / "back.sqlite3"

    with running_cluster() as url:
        copies.load(copy, url)
        copies.snapshot(url, back)

        assert rows(back) == rows(copy)
        assert schema.current(url) == schema.newest()
        database = Database(url)
        with database.session() as session, writing(session):
            house = House(name="France services de Foix", phone="+33561000000")
            session.add(house)
            session.flush()
            assert house.id == max(int(str(row[0])) for row in rows(copy)["house"]) + 1
        database.close()


def test_loading_into_postgresql_is_all_or_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    copy, before, after = old_database(tmp_path), tmp_path / "before", tmp_path / "after"

    def cut(connection: object, _table: object) -> None:
        # Another connection ends this one, as when the process that holds it is killed.
        database = Database(url)
        own = connection.exec_driver_sql("SELECT pg_backend_pid()").scalar()  # type: ignore[attr-defined]
        with database.engine.begin() as other:
            other.execute(text("SELECT pg_terminate_backend(:pid)"), {"pid": own})
        database.close()
        connection.exec_driver_sql("SELECT 1")  # type: ignore[attr-defined]

    with running_cluster() as url:
        schema.upgrade(url)
        database = Database(url)
        with database.session() as session, writing(session):
            session.add(House(name="France services de Foix", phone="+33561000000"))
        copies.snapshot(url, before)
        assert not copies.is_empty(url)

        monkeypatch.setattr(copies, "_continue_counting", cut)
        with pytest.raises(Exception, match="terminat"):
            copies.load(copy, url)
        copies.snapshot(url, after)

        assert rows(after) == rows(before)
        database.close()


def test_an_empty_database_is_nothing_to_copy_and_a_torn_one_is_damaged(tmp_path: Path) -> None:
    with pytest.raises(copies.NothingToCopy):
        copies.snapshot(f"sqlite:///{tmp_path / 'none.sqlite3'}", tmp_path / "copy")
    assert copies.is_empty(f"sqlite:///{tmp_path / 'none.sqlite3'}")

    whole = old_database(tmp_path)
    torn = bytearray(whole.read_bytes())
    torn[len(torn) // 2 : len(torn) // 2 + 3000] = b"x" * 3000
    whole.write_bytes(torn)
    with pytest.raises(copies.DamagedDatabase):
        copies.settle(whole)

"""Whole copies of a database: into one SQLite file while others write, and back (decision 0360).

A copy is a SQLite database at the same step of the schema, whatever the source is; so a backup of
PostgreSQL can be restored to SQLite, and the reverse.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from sqlalchemy import JSON, Connection, MetaData, Table, func, insert, select, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DatabaseError

from kiosk.storage import schema
from kiosk.storage.database import Database

ROWS_AT_ONCE = 500
NOT_COPIED = "alembic_version"
"""The copy has its own: it was brought to the same step."""

SOMEBODY_IS_HERE = ("house", "agent")
"""Everything else hangs on rows of these two."""


class DamagedDatabase(Exception):
    """SQLite found its own file inconsistent; the message has its first words."""


class NothingToCopy(Exception):
    """The database is empty: it has no table of ours."""


class NewerDatabase(Exception):
    """The database was brought to a step that this version lacks; the message names it."""


def file_of(url: str) -> Path | None:
    """Return the file of a SQLite database; None for PostgreSQL."""
    parsed = make_url(url)
    return Path(str(parsed.database)) if parsed.drivername.startswith("sqlite") else None


def snapshot(url: str, file: Path) -> str:
    """Write a consistent copy of the database at ``url`` to ``file``; return its schema's step.

    Others may go on writing. Raises NothingToCopy, DamagedDatabase, NewerDatabase (PostgreSQL
    alone: its copy needs to know the tables), and whatever the driver raises.
    """
    source = file_of(url)
    if (source is not None and not source.exists()) or schema.current(url) is None:
        raise NothingToCopy
    database = Database(url)
    try:
        if database.engine.dialect.name == "sqlite":
            with database.engine.connect() as connection, closing(sqlite3.connect(file)) as copy:
                raw = connection.connection.driver_connection
                assert isinstance(raw, sqlite3.Connection)
                # All pages in one step: one state, and in WAL mode no writer waits.
                raw.backup(copy)
        else:
            _copy_from_postgresql(database, file)
    finally:
        database.close()
    settle(file)
    step = schema.current(f"sqlite:///{file}")
    settle(file)
    assert step is not None
    return step


def settle(file: Path) -> None:
    """Make a SQLite database one single file, and check it; raise DamagedDatabase."""
    with closing(sqlite3.connect(file)) as connection:
        try:
            connection.execute("PRAGMA journal_mode=DELETE")
            found = connection.execute("PRAGMA integrity_check(1)").fetchone()[0]
        except sqlite3.DatabaseError as error:
            if isinstance(error, sqlite3.OperationalError):
                raise
            raise DamagedDatabase(str(error)) from error
    if found != "ok":
        raise DamagedDatabase(str(found).splitlines()[0])


def is_empty(url: str) -> bool:
    """Whether the database holds no house and no account: nothing that could be lost.

    A file that cannot be read counts as full. Raises what the driver of PostgreSQL raises.
    """
    file = file_of(url)
    if file is not None and not file.exists():
        return True
    database = Database(url)
    try:
        with database.engine.connect() as connection:
            tables = MetaData()
            tables.reflect(connection)
            kept = [tables.tables[name] for name in SOMEBODY_IS_HERE if name in tables.tables]
            counts = (connection.scalar(select(func.count()).select_from(one)) for one in kept)
            return not any(counts)
    except (sqlite3.DatabaseError, DatabaseError):
        if file is None:
            raise
        return False
    finally:
        database.close()


def load(file: Path, url: str) -> None:
    """Replace all of ours in the PostgreSQL database at ``url`` by the copy in ``file``.

    One transaction: interrupted at any point, the database holds the old rows or the new ones.
    """
    source, target = Database(f"sqlite:///{file}"), Database(url)
    try:
        with source.engine.connect() as old, target.engine.begin() as new:
            new.exec_driver_sql("SET LOCAL TIME ZONE 'UTC'")
            schema.upgrade_within(new)
            ours = _tables(old)
            names = ", ".join(f'"{name}"' for name in (*ours.tables, NOT_COPIED))
            new.exec_driver_sql(f"DROP TABLE {names} CASCADE")
            schema.upgrade_within(new)
            _copy_rows(old, new)
            for table in _tables(new).sorted_tables:
                _continue_counting(new, table)
    finally:
        source.close()
        target.close()


def _copy_from_postgresql(database: Database, file: Path) -> None:
    url = f"sqlite:///{file}"
    copy = Database(url)
    engine = database.engine.execution_options(isolation_level="REPEATABLE READ")
    try:
        with engine.connect() as source, source.begin():
            source.exec_driver_sql("SET TRANSACTION READ ONLY")
            source.exec_driver_sql("SET LOCAL TIME ZONE 'UTC'")
            # The step belongs to the same moment as the rows.
            step = str(source.scalar(text("SELECT version_num FROM alembic_version")))
            if not schema.knows(step):
                raise NewerDatabase(step)
            schema.upgrade(url, to=step)
            with copy.engine.begin() as target:
                _copy_rows(source, target)
    finally:
        copy.close()


def _tables(connection: Connection) -> MetaData:
    tables = MetaData()
    tables.reflect(connection)
    for table in tables.tables.values():
        for column in table.columns:
            if isinstance(column.type, JSON):
                column.type.none_as_null = True
    if NOT_COPIED in tables.tables:
        tables.remove(tables.tables[NOT_COPIED])
    return tables


def _copy_rows(source: Connection, target: Connection) -> None:
    """Copy the rows of every table that the target has; both at the same step, times in UTC."""
    theirs = _tables(source).tables
    reading = source.execution_options(yield_per=ROWS_AT_ONCE)
    for table in _tables(target).sorted_tables:
        if table.name not in theirs:
            continue
        for rows in reading.execute(select(theirs[table.name])).mappings().partitions():
            target.execute(insert(table), [dict(row) for row in rows])


def _continue_counting(connection: Connection, table: Table) -> None:
    """Let PostgreSQL number new rows after those that were copied."""
    for column in table.primary_key.columns:
        name = {"table": f'"{table.name}"', "column": column.name}
        sequence = connection.scalar(
            text("SELECT pg_get_serial_sequence(:table, :column)"), parameters=name
        )
        if sequence:
            last = connection.scalar(select(func.max(column))) or 0
            connection.execute(
                text("SELECT setval(:sequence, :next, FALSE)"),
                {"sequence": sequence, "next": last + 1},
            )

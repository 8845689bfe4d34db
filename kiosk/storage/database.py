"""Engines, sessions and short write transactions.

Inside a request the session is Flask-SQLAlchemy-Lite's (``db.session``); elsewhere (workers,
command line, media events) it comes from :class:`Database`. Both write through :func:`writing`.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from inspect import iscoroutinefunction
from threading import BoundedSemaphore, Lock, RLock
from typing import Any
from weakref import WeakKeyDictionary

from flask import Flask
from flask_sqlalchemy_lite import SQLAlchemy
from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.exc import OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.orm import Session, sessionmaker

from kiosk.errors import KioskError

BUSY_TIMEOUT_MS = 5000
"""How long a write waits for another one, of this process or of any other."""

WRITERS = 8
"""Threads of a process that write or wait to write, for each database: half of the page threads
are left to pages that only read."""

PLACE_WAIT_S = 0.5
"""How long a further one waits while no writer finishes; a queue that moves is waited for, as long
as for a write."""

CONNECTIONS_KEPT = 16
"""Connections of a process to one database that stay open: one for each page thread. Opening one
costs as much as a small page."""

CONNECTIONS_MORE = 8
"""How many more may be open for a moment."""

CONNECTION_WAIT_S = 5.0
RETRY_AFTER_S = 5

ENGINE_OPTIONS: dict[str, Any] = {
    # An error logged with its parameters would put names and numbers into the log.
    "hide_parameters": True,
    "pool_size": CONNECTIONS_KEPT,
    "max_overflow": CONNECTIONS_MORE,
    "pool_timeout": CONNECTION_WAIT_S,
}

POSTGRESQL_OPTIONS: dict[str, Any] = {
    **ENGINE_OPTIONS,
    # A connection that the server or a firewall has closed is replaced, not answered with 500.
    "pool_pre_ping": True,
    "connect_args": {"options": f"-c lock_timeout={BUSY_TIMEOUT_MS}"},
}


def engine_options(url: str) -> dict[str, Any]:
    """Return what an engine for this URL is made with."""
    return POSTGRESQL_OPTIONS if url.startswith("postgresql") else ENGINE_OPTIONS


class DatabaseBusy(KioskError):
    """The database did not take a write in time, or does not answer; nothing was changed."""

    code = "server.busy"
    status = 503

    def __init__(self) -> None:
        super().__init__(retry_after_s=RETRY_AFTER_S)


db = SQLAlchemy()


def init_app(app: Flask, url: str) -> None:
    """Give requests ``db.session`` on the database at ``url``."""
    app.config["SQLALCHEMY_ENGINES"] = {"default": {"url": url, **engine_options(url)}}
    db.init_app(app)
    # It closes asynchronous sessions after each request, in a thread with an event loop made for
    # that. We have no such session.
    app.teardown_appcontext_funcs = [
        close for close in app.teardown_appcontext_funcs if not iscoroutinefunction(close)
    ]
    for error in (OperationalError, PoolTimeout):
        app.register_error_handler(error, lambda _: app.handle_user_exception(DatabaseBusy()))


@event.listens_for(Engine, "connect")
def _prepare_sqlite(connection: Any, _record: object) -> None:
    if type(connection).__module__.split(".")[0] != "sqlite3":
        return
    # The driver must not open transactions by itself: _begin_sqlite decides how each one starts.
    connection.isolation_level = None
    cursor = connection.cursor()
    cursor.execute("PRAGMA journal_mode=WAL")
    cursor.execute("PRAGMA synchronous=NORMAL")
    cursor.execute("PRAGMA foreign_keys=ON")
    # What retention erases is overwritten, not only forgotten.
    cursor.execute("PRAGMA secure_delete=ON")
    cursor.execute(f"PRAGMA busy_timeout={BUSY_TIMEOUT_MS}")
    cursor.close()


@event.listens_for(Engine, "begin")
def _begin_sqlite(connection: Connection) -> None:
    if connection.dialect.name != "sqlite":
        return
    # A reader that turns writer half-way can be refused with SQLITE_BUSY at once, whatever the
    # time-out; a writer therefore takes the lock when it begins.
    immediate = connection.get_execution_options().get("immediate", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if immediate else "BEGIN")


class _Turns:
    """Who writes next, among the threads of this process, in one database."""

    def __init__(self, engine: Engine) -> None:
        self._places = BoundedSemaphore(WRITERS)
        self._finished = 0
        # SQLite has one writer: asking it again and again would let the unlucky wait for long.
        self._one_writer = RLock() if engine.dialect.name == "sqlite" else None

    @contextmanager
    def one(self) -> Iterator[None]:
        """Wait for one's turn; raise DatabaseBusy after a written time."""
        self._take_place()
        try:
            if self._one_writer is None:
                yield
                return
            if not self._one_writer.acquire(timeout=BUSY_TIMEOUT_MS / 1000):
                raise DatabaseBusy
            try:
                yield
            finally:
                self._one_writer.release()
        finally:
            self._finished += 1
            self._places.release()

    def _take_place(self) -> None:
        end = time.monotonic() + BUSY_TIMEOUT_MS / 1000
        finished = self._finished
        while not self._places.acquire(timeout=PLACE_WAIT_S):
            # A crowd that writes is not a database that is locked.
            if finished == self._finished or time.monotonic() > end:
                raise DatabaseBusy
            finished = self._finished


_turns: WeakKeyDictionary[Engine, _Turns] = WeakKeyDictionary()
_making = Lock()


def _turns_of(session: Session) -> _Turns:
    engine = session.get_bind().engine
    with _making:
        if engine not in _turns:
            _turns[engine] = _Turns(engine)
        return _turns[engine]


@contextmanager
def writing(session: Session) -> Iterator[Session]:
    """Run a block as one write transaction: taken at once, committed at the end.

    What the session had read before is dropped and read again, so the block sees the latest
    state. Rolls back and re-raises on any exception; raises DatabaseBusy when the database does
    not take the write in time. Keep blocks short, with nothing that could be computed before:
    SQLite has one writer at a time.
    """
    session.rollback()
    with _turns_of(session).one():
        try:
            session.connection(execution_options={"immediate": True})
            yield session
            session.commit()
        except (OperationalError, PoolTimeout) as error:
            session.rollback()
            raise DatabaseBusy from error
        except BaseException:
            session.rollback()
            raise


class Database:
    """Sessions for processes without a Flask application."""

    def __init__(self, url: str) -> None:
        self.engine = create_engine(url, **engine_options(url))
        self._sessions = sessionmaker(self.engine)

    @contextmanager
    def session(self) -> Iterator[Session]:
        """Open a session and close it at the end of the block."""
        with self._sessions() as session:
            yield session

    def answers(self) -> bool:
        """Tell whether the database can be read; raises what the driver raises when it cannot."""
        with self.engine.connect() as connection:
            return bool(connection.exec_driver_sql("SELECT 1").scalar() == 1)

    def close(self) -> None:
        """Give every connection back."""
        self.engine.dispose()

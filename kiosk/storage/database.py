"""Engines, sessions and short write transactions.

Inside a request the session is Flask-SQLAlchemy-Lite's (``db.session``); elsewhere (workers,
command line, media events) it comes from :class:`Database`. Both write through :func:`writing`.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from flask import Flask
from flask_sqlalchemy_lite import SQLAlchemy
from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.orm import Session, sessionmaker

BUSY_TIMEOUT_MS = 5000
# An error logged with its parameters would put names and numbers into the log.
ENGINE_OPTIONS: dict[str, Any] = {"hide_parameters": True}

db = SQLAlchemy()


def init_app(app: Flask, url: str) -> None:
    """Give requests ``db.session`` on the database at ``url``."""
    app.config["SQLALCHEMY_ENGINES"] = {"default": {"url": url, **ENGINE_OPTIONS}}
    db.init_app(app)


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


@contextmanager
def writing(session: Session) -> Iterator[Session]:
    """Run a block as one write transaction: taken at once, committed at the end.

    What the session had read before is dropped and read again, so the block sees the latest
    state. Rolls back and re-raises on any exception. Keep blocks short: one writer at a time.
    """
    session.rollback()
    session.connection(execution_options={"immediate": True})
    try:
        yield session
        session.commit()
    except BaseException:
        session.rollback()
        raise


class Database:
    """Sessions for processes without a Flask application."""

    def __init__(self, url: str) -> None:
        self.engine = create_engine(url, **ENGINE_OPTIONS)
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

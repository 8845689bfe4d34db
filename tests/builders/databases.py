"""Empty databases with all tables, copied from one schema instead of made table by table."""

from __future__ import annotations

import functools
import importlib
import sqlite3
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, StaticPool, create_engine
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite
from sqlalchemy.engine import make_url

from kiosk.settings import ROOT
from kiosk.storage.base import Base
from kiosk.storage.database import ENGINE_OPTIONS, Database

COMPILED: dict[Any, Any] = {}
"""SQL by statement and dialect, as compiled for the first database of this process."""


def share_compiled_statements() -> None:
    """Let all SQLite databases of this process share the SQL that was compiled for one of them.

    Each test has a database, so an engine and a dialect, of its own, and would compile each of its
    statements again: a sixth of what a page's test takes. Their dialects differ in nothing.
    """
    dialect: Any = SQLiteDialect_pysqlite
    dialect.__eq__ = lambda one, other: type(one) is type(other)
    dialect.__hash__ = lambda one: hash(type(one))
    ENGINE_OPTIONS["execution_options"] = {"compiled_cache": COMPILED}


def in_memory() -> Engine:
    """Return a SQLite database in memory, for the session of one thread."""

    def connect() -> sqlite3.Connection:
        connection = sqlite3.connect(":memory:")
        connection.deserialize(_every_table())
        return connection

    return create_engine(
        "sqlite://",
        creator=connect,
        poolclass=StaticPool,
        execution_options={"compiled_cache": COMPILED},
    )


def in_file(url: str) -> Database:
    """Return the database at a SQLite URL, whose file must not exist yet; close it afterwards."""
    name = make_url(url).database
    assert name
    path = Path(name)
    assert not path.exists()
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(_every_table())
    return Database(url)


@functools.cache
def _every_table() -> bytes:
    for model in sorted(ROOT.glob("kiosk/*/model.py")):
        importlib.import_module(f"kiosk.{model.parent.name}.model")
    connection = sqlite3.connect(":memory:")
    engine = create_engine("sqlite://", creator=lambda: connection, poolclass=StaticPool)
    Base.metadata.create_all(engine)
    content = connection.serialize()
    engine.dispose()
    return content

"""Empty databases with all tables, copied from one schema instead of made table by table."""

from __future__ import annotations

import functools
import importlib
import sqlite3
from pathlib import Path

from sqlalchemy import Engine, StaticPool, create_engine
from sqlalchemy.engine import make_url

from kiosk.settings import ROOT
from kiosk.storage.base import Base
from kiosk.storage.database import Database


def in_memory() -> Engine:
    """Return a SQLite database in memory, for the session of one thread."""

    def connect() -> sqlite3.Connection:
        connection = sqlite3.connect(":memory:")
        connection.deserialize(_every_table())
        return connection

    return create_engine("sqlite://", creator=connect, poolclass=StaticPool)


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

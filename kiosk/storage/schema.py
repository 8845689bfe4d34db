"""The schema's history: bring a database up to date, write the next step, tell differences.

Alembic is driven from here, without an ini file. What the tables are is said by each idea's
``model.py``; callers that compare or write a step must have imported them (``create_app`` does).
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection
from sqlalchemy.schema import SchemaItem

from kiosk.storage import base
from kiosk.storage.database import Database

MIGRATIONS = Path(__file__).parent / "migrations"

# One writer at a time may change the schema; any number, the same in every process of ours.
_POSTGRESQL_LOCK = 7_316_042


def upgrade(url: str, to: str = "head") -> None:
    """Bring the database at ``url`` to the newest schema, or ``to`` an earlier step of it.

    Creates it when it is empty.

    Safe to repeat and to call from two processes at once: the second waits, then finds nothing
    to do. Each step is one transaction, so a step that fails leaves the one before.
    """
    with _connected(url) as connection:
        command.upgrade(_config(connection), to)


def upgrade_within(connection: Connection) -> None:
    """Bring PostgreSQL to the newest schema as a part of the transaction that is running."""
    connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_POSTGRESQL_LOCK})")
    command.upgrade(_config(connection), "head")


def downgrade(url: str, to: str = "base") -> None:
    """Walk back to step ``to``; ``base`` is an empty database. Data of what goes is lost."""
    with _connected(url) as connection:
        command.downgrade(_config(connection), to)


def current(url: str) -> str | None:
    """Return the newest step the database has, None when it is empty."""
    with _connected(url) as connection:
        return MigrationContext.configure(connection).get_current_revision()


def newest() -> str | None:
    """Return the newest step there is."""
    return ScriptDirectory.from_config(_config()).get_current_head()


def knows(step: str) -> bool:
    """Whether this version has the step; one that it lacks was made by a newer version."""
    scripts = ScriptDirectory.from_config(_config())
    return step in {one.revision for one in scripts.walk_revisions()}


def revise(url: str, message: str) -> None:
    """Write the next step from what differs between the database at ``url`` and the models."""
    number = f"{len(list((MIGRATIONS / 'versions').glob('*.py'))) + 1:04}"
    with _connected(url) as connection:
        command.revision(_config(connection), message, autogenerate=True, rev_id=number)


def differences(url: str) -> list[Any]:
    """Return what Alembic would change to make the database fit the models: nothing, we hope."""
    with _connected(url) as connection:
        context = MigrationContext.configure(connection, opts=comparison())
        return list(compare_metadata(context, base.Base.metadata))


def comparison() -> dict[str, Any]:
    """How models and database are compared, the same for every use."""
    return {
        "compare_type": True,
        "include_object": _is_ours,
        "render_as_batch": True,
        "user_module_prefix": "base.",
    }


def _is_ours(
    _item: SchemaItem, name: str | None, kind: str, reflected: bool, other: SchemaItem | None
) -> bool:
    # A table we do not know may be somebody else's in a shared database: leave it alone. Removing
    # one of ours is written by hand.
    return not (kind == "table" and reflected and other is None)


def _config(connection: Connection | None = None) -> Config:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    return config


@contextmanager
def _connected(url: str) -> Iterator[Connection]:
    database = Database(url)
    try:
        with database.engine.connect() as connection:
            if connection.dialect.name == "sqlite":
                # Batch steps copy a table and drop the old one, to which others refer. The pragma
                # has no effect inside a transaction, which any statement through SQLAlchemy begins.
                raw = connection.connection.driver_connection
                assert raw is not None
                raw.execute("PRAGMA foreign_keys=OFF")
                connection = connection.execution_options(immediate=True)
            else:
                connection.exec_driver_sql(f"SELECT pg_advisory_lock({_POSTGRESQL_LOCK})")
                connection.commit()
            yield connection
    finally:
        database.close()

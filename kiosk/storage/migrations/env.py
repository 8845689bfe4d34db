"""Run by Alembic for every command; the connection comes from ``kiosk/storage/schema.py``."""

from __future__ import annotations

from alembic import context

from kiosk.storage.base import Base
from kiosk.storage.schema import comparison

connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=Base.metadata,
    # SQLite can undo schema changes too, unless it is set to commit after each.
    transactional_ddl=True,
    **comparison(),
)
with context.begin_transaction():
    context.run_migrations()
    if connection.dialect.name == "sqlite":
        broken = connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall()
        if broken:
            raise RuntimeError(f"a step left {len(broken)} rows without what they refer to")

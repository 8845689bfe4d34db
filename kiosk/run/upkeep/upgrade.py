"""``python -m kiosk upgrade``: a backup, then the database's steps that this version adds."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import inspect
from sqlalchemy.exc import SQLAlchemyError

from kiosk.run.upkeep import disk, kept
from kiosk.run.upkeep.backup import backup
from kiosk.run.upkeep.refusal import Refused, cause
from kiosk.run.upkeep.switch import KEPT
from kiosk.settings import Settings
from kiosk.storage import copies, schema
from kiosk.storage.database import Database

ROOM_FOR_STEPS = 3
"""Times the size of a SQLite database: a step copies a table, and the log holds the copy again."""

LEFT_BY_A_STEP = "_alembic_tmp_"


@dataclass(frozen=True, slots=True)
class Step:
    """From where to where the database goes; the two are equal when there is nothing to do."""

    before: str | None
    after: str | None
    saved: Path | None = None
    """The backup that was made first."""

    @property
    def is_needed(self) -> bool:
        """Whether the database is older than this version."""
        return self.before != self.after


def look(settings: Settings) -> Step:
    """Return what an upgrade would do; raise Refused where it would lose something."""
    try:
        before = _step_of(settings.sqlalchemy_url)
    except SQLAlchemyError as error:
        raise Refused("database.unreadable", reason=cause(error)) from error
    if before is not None and not schema.knows(before):
        raise Refused("database.newer", schema=before)
    step = Step(before, schema.newest())
    file = copies.file_of(settings.sqlalchemy_url)
    if step.is_needed and file is not None and file.exists():
        disk.want_space(file.parent, ROOM_FOR_STEPS * file.stat().st_size)
    return step


def upgrade(settings: Settings, *, now: datetime) -> Step:
    """Save the installation, then bring its database to this version; raise Refused.

    A database without house and account is not saved: there is nothing to lose. Not to be called
    while an older version serves.
    """
    step = look(settings)
    if not step.is_needed:
        return step
    saved = None
    if not copies.is_empty(settings.sqlalchemy_url):
        folder = settings.instance_dir / KEPT
        folder.mkdir(mode=0o700, exist_ok=True)
        saved = folder / f"{kept.name_for('upgrade', now=now)}.backup"
        backup(settings, saved, now=now)
    try:
        schema.upgrade(settings.sqlalchemy_url)
    except (SQLAlchemyError, RuntimeError) as error:
        raise Refused("upgrade.failed", reason=cause(error), file=saved or "-") from error
    return Step(step.before, step.after, saved)


def _step_of(url: str) -> str | None:
    """Return the database's step; raise Refused where an earlier upgrade stopped half-way."""
    file = copies.file_of(url)
    if file is not None and not file.exists():
        return None
    database = Database(url)
    try:
        with database.engine.connect() as connection:
            tables = inspect(connection).get_table_names()
    finally:
        database.close()
    step = schema.current(url)
    if any(name.startswith(LEFT_BY_A_STEP) for name in tables) or (
        step is None and set(copies.SOMEBODY_IS_HERE) & set(tables)
    ):
        raise Refused("upgrade.unfinished", schema=step or "0")
    return step

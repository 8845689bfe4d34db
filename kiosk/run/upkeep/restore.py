"""``python -m kiosk restore FILE``: put a backup in the place of an installation that is stopped.

Everything is prepared and checked beside what is there; ``switch.py`` does the last step.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
from datetime import datetime
from pathlib import Path

from dotenv import dotenv_values
from sqlalchemy.exc import SQLAlchemyError

from kiosk.run import erasures, retention
from kiosk.run.erasures import ErasureLog
from kiosk.run.upkeep import archive, backup, disk, kept, switch
from kiosk.run.upkeep.archive import Manifest
from kiosk.run.upkeep.backup import SECRET
from kiosk.run.upkeep.refusal import Refused, cause
from kiosk.run.upkeep.switch import DATABASE, KEPT, PREPARED, SETTINGS
from kiosk.settings import Settings
from kiosk.storage import copies, schema
from kiosk.storage.database import Database, writing


def restore(
    folder: Path, source: Path, *, replace: bool, log: Path | None = None, now: datetime
) -> Manifest:
    """Restore a backup to the instance ``folder``; raise Refused, with nothing changed.

    What is there is replaced only with ``replace``, and put aside. ``log`` is a log of erasures of
    the same installation from another machine; that of ``folder`` is always replayed.
    """
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        switch.finish(folder)
        with switch.locked(folder):
            prepared = folder / PREPARED
            shutil.rmtree(prepared, ignore_errors=True)
            prepared.mkdir(mode=0o700)
            try:
                manifest = _prepare(folder, source, replace=replace, log=log, now=now)
                switch.decide(folder)
            except BaseException:
                shutil.rmtree(prepared, ignore_errors=True)
                raise
            switch.put_in_place(folder)
    except OSError as error:
        reason = error.strerror or str(error)
        raise Refused("backup.cannot_write", file=folder, reason=reason) from error
    return manifest


def _prepare(
    folder: Path, source: Path, *, replace: bool, log: Path | None, now: datetime
) -> Manifest:
    prepared = folder / PREPARED
    manifest = archive.extract(source, prepared)
    if not {DATABASE, SETTINGS} <= manifest.files.keys():
        raise Refused("backup.torn", file=source)
    if not schema.knows(manifest.schema):
        raise Refused("backup.newer", file=source)
    disk.write_own(prepared / SETTINGS, _settings_text(folder, prepared / SETTINGS))
    settings = switch.settings_by(folder, prepared / SETTINGS)
    aside = kept.name_for("restore", now=now)
    disk.write_own(prepared / switch.ASIDE, aside)
    _make_room(settings, folder / KEPT / aside, replace=replace, now=now)
    try:
        _forget_again(prepared / DATABASE, settings, log, now=now)
    except (sqlite3.Error, SQLAlchemyError) as error:
        # It had its checksums: what fails now is this disk.
        raise Refused("backup.cannot_write", file=folder, reason=cause(error)) from error
    except (copies.DamagedDatabase, RuntimeError) as error:
        raise Refused("backup.torn", file=source) from error
    return manifest


def _settings_text(folder: Path, brought: Path) -> str:
    """Return the ``kiosk.env`` to be: this folder's own, what it lacks, and the backup's secret.

    A machine keeps its own addresses; links and codes follow the secret.
    """
    theirs = dotenv_values(brought)
    secret = theirs.get(SECRET)
    if os.environ.get(SECRET, secret) != secret:
        raise Refused("restore.other_secret")
    own = folder / SETTINGS
    if not own.exists():
        return brought.read_text()
    ours = dotenv_values(own)
    missing = {name: value for name, value in theirs.items() if name not in ours}
    if ours.get(SECRET) != secret:
        missing[SECRET] = secret
    lines = [f"{name}={_quoted(value)}" for name, value in missing.items() if value is not None]
    return "\n".join([own.read_text().rstrip("\n"), *lines, ""])


def _quoted(value: str) -> str:
    return "'" + value.replace("\\", "\\\\").replace("'", "\\'") + "'"


def _make_room(settings: Settings, aside: Path, *, replace: bool, now: datetime) -> None:
    """See that nothing is lost: an empty database, or leave to replace what can be put aside."""
    url = settings.sqlalchemy_url
    try:
        if copies.is_empty(url):
            return
        if not replace:
            raise Refused("restore.not_empty", folder=settings.instance_dir)
        if copies.file_of(url) is None:
            # A file is moved aside as it is; rows have to be written somewhere first.
            aside.mkdir(mode=0o700, parents=True, exist_ok=True)
            backup.backup(settings, aside / "postgresql.backup", now=now)
    except SQLAlchemyError as error:
        raise Refused("database.unreadable", reason=cause(error)) from error


def _forget_again(file: Path, settings: Settings, log: Path | None, *, now: datetime) -> None:
    """Bring the copy to today's schema, and erase what has come to its end since the backup."""
    secret = settings.secret_key.get_secret_value()
    again = list(ErasureLog(settings.instance_dir / erasures.FILE, secret).entries())
    if log is not None:
        given = ErasureLog(log, secret).entries()
        if not given:
            raise Refused("restore.foreign_log", file=log)
        again += given
    url = f"sqlite:///{file}"
    schema.upgrade(url)
    database = Database(url)
    try:
        with database.session() as session:
            with writing(session):
                erasures.replay(session, again)
            retention.apply(session, now=now)
    finally:
        database.close()
    copies.settle(file)

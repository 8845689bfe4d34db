"""``python -m kiosk backup FILE``: everything that links, cards, codes and sessions need."""

from __future__ import annotations

import os
import shutil
import sqlite3
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from dotenv import dotenv_values
from sqlalchemy.exc import SQLAlchemyError

from kiosk.run.upkeep import archive, disk
from kiosk.run.upkeep.archive import Manifest
from kiosk.run.upkeep.refusal import Refused, cause
from kiosk.run.upkeep.switch import BESIDE_DATABASE, DATABASE, SETTINGS
from kiosk.settings import Settings
from kiosk.storage import copies
from kiosk.system import certificates

COPIED = (certificates.CERTIFICATE, certificates.KEY)
SECRET = "KIOSK_SECRET_KEY"
STALE_AFTER_S = 24 * 3600
"""A backup that was killed leaves its folder; the next one removes it after a day."""


def backup(settings: Settings, target: Path, *, now: datetime) -> Manifest:
    """Write the installation to one file, while it may be serving; raise Refused.

    The file appears whole or not at all; one of the same name is replaced.
    """
    if target.is_dir():
        raise Refused("backup.is_folder", file=target)
    try:
        with _workshop(target) as folder:
            content = folder / "content"
            content.mkdir()
            source = copies.file_of(settings.sqlalchemy_url)
            disk.want_space(folder, 2 * _size(source))
            step = _snapshot(settings.sqlalchemy_url, content / DATABASE)
            for name in COPIED:
                if (settings.instance_dir / name).exists():
                    shutil.copyfile(settings.instance_dir / name, content / name)
            disk.write_own(content / SETTINGS, _settings_text(settings))
            manifest = Manifest(
                version=archive.VERSION,
                made_at=now.isoformat(timespec="seconds"),
                schema=step,
                database="postgresql" if source is None else "sqlite",
            )
            manifest = archive.write(folder / "archive", content, manifest)
            os.replace(folder / "archive", target)
            disk.to_disk(target.parent)
    except OSError as error:
        reason = error.strerror or str(error)
        raise Refused("backup.cannot_write", file=target, reason=reason) from error
    return manifest


def _snapshot(url: str, file: Path) -> str:
    try:
        return copies.snapshot(url, file)
    except copies.NothingToCopy as error:
        raise Refused("backup.nothing") from error
    except copies.NewerDatabase as error:
        raise Refused("database.newer", schema=error) from error
    except copies.DamagedDatabase as error:
        raise Refused("database.damaged", reason=error) from error
    except (sqlite3.Error, SQLAlchemyError) as error:
        if "disk" in cause(error):
            # "database or disk is full", "disk I/O error": the copy's disk, this very moment.
            raise Refused("backup.cannot_write", file=file, reason=cause(error)) from error
        raise Refused("database.unreadable", reason=cause(error)) from error


def _settings_text(settings: Settings) -> str:
    """Return ``kiosk.env`` as it is, and the secret key that is in use at its end if it differs."""
    file = settings.instance_dir / SETTINGS
    text = file.read_text() if file.exists() else ""
    secret = settings.secret_key.get_secret_value()
    if dotenv_values(file).get(SECRET) == secret:
        return text
    return f"{text}{'' if not text or text.endswith(chr(10)) else chr(10)}{SECRET}={secret}\n"


def _size(database: Path | None) -> int:
    if database is None:
        return 0
    files = (database.with_name(database.name + suffix) for suffix in ("", *BESIDE_DATABASE))
    return sum(file.stat().st_size for file in files if file.exists())


@contextmanager
def _workshop(target: Path) -> Iterator[Path]:
    """Make a folder beside the target, its owner's alone, so that the last step is a rename."""
    prefix = f".{target.name}.guichet-visio-"
    for left in target.parent.iterdir():
        is_ours = left.name.startswith(prefix) and left.is_dir()
        if is_ours and time.time() - left.stat().st_mtime > STALE_AFTER_S:
            shutil.rmtree(left, ignore_errors=True)
    with tempfile.TemporaryDirectory(prefix=prefix, dir=target.parent) as folder:
        yield Path(folder)

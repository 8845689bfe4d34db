"""The last step of a restoration: what was prepared takes the place of what is there.

Renaming the prepared folder to :data:`READY` decides. Before it, an interruption leaves the old
installation; after it, whichever command or server starts next completes the rest first. Each step
may be repeated (decision 0361).
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import TextIO

from dotenv import dotenv_values
from sqlalchemy.exc import SQLAlchemyError

from kiosk.run.set_up import read_settings
from kiosk.run.upkeep import disk
from kiosk.run.upkeep.refusal import Refused, cause
from kiosk.settings import Settings
from kiosk.storage import copies
from kiosk.system import certificates, lock

PREPARED = ".restore"
"""What is being prepared: worth nothing until it is renamed."""

READY = ".restored"
KEPT = "kept"
"""What restorations and upgrades put aside, in the instance folder, for some days."""

DATABASE = "database.sqlite3"
SETTINGS = "kiosk.env"
BESIDE_DATABASE = ("-wal", "-shm")
FILES = (certificates.CERTIFICATE, certificates.KEY, SETTINGS)
"""Put in place one by one; the settings last, because the first steps are done by them."""

OF_THE_OLD = ("outbox", "demo.json")
"""Not in a backup, and not true of what is restored."""

ASIDE = "aside"
"""A file of the prepared folder: the name under :data:`KEPT` for what is replaced."""


def finish(folder: Path) -> None:
    """Complete a restoration that was interrupted after it was decided; else do nothing.

    Raises Refused while another process is doing it.
    """
    if not (folder / READY).is_dir():
        return
    with locked(folder):
        if (folder / READY).is_dir():
            put_in_place(folder)


def locked(folder: Path) -> TextIO:
    """Return the lock of ``folder``, to be closed; raise Refused while somebody else holds it."""
    try:
        return lock.take(folder)
    except lock.InstanceLockedError as error:
        raise Refused("restore.in_use", folder=folder) from error


def decide(folder: Path) -> None:
    """Give the prepared folder its final name: from here on the restoration will be completed."""
    for path in (folder / PREPARED).iterdir():
        disk.to_disk(path)
    disk.to_disk(folder / PREPARED)
    os.rename(folder / PREPARED, folder / READY)
    disk.to_disk(folder)


def put_in_place(folder: Path) -> None:
    """Move everything to its place, the old aside. Needs the lock of ``folder``."""
    ready = folder / READY
    aside = folder / KEPT / (ready / ASIDE).read_text().strip()
    aside.mkdir(mode=0o700, parents=True, exist_ok=True)
    settings = settings_by(folder, ready / SETTINGS)
    if (ready / DATABASE).exists():
        _put_database(ready / DATABASE, settings.sqlalchemy_url, aside)
    for name in OF_THE_OLD:
        if (folder / name).exists() and not (aside / name).exists():
            os.rename(folder / name, aside / name)
    for name in FILES:
        if (ready / name).exists():
            _keep_a_copy(folder / name, aside)
            disk.place(ready / name, folder / name)
    if any(aside.iterdir()):
        disk.to_disk(aside)
    else:
        aside.rmdir()
    # Deleting takes several steps: by its first name the folder is worth nothing again.
    os.rename(ready, folder / PREPARED)
    disk.to_disk(folder)
    shutil.rmtree(folder / PREPARED)


def settings_by(folder: Path, file: Path, **more: str) -> Settings:
    """Return the settings as they will be once ``file`` is the ``kiosk.env`` of ``folder``."""
    if not file.exists():
        file = folder / SETTINGS
    given = {
        name.removeprefix("KIOSK_").lower(): value
        for name, value in dotenv_values(file).items()
        if name.startswith("KIOSK_") and name not in os.environ
    }
    return read_settings(**{**given, **more, "instance_dir": folder})


def _put_database(new: Path, url: str, aside: Path) -> None:
    target = copies.file_of(url)
    if target is None:
        try:
            copies.load(new, url)
        except SQLAlchemyError as error:
            raise Refused("database.unreadable", reason=cause(error)) from error
        new.unlink()
        return
    # The main file last: while it is there, the two others belong to it.
    for suffix in (*BESIDE_DATABASE, ""):
        old = target.with_name(target.name + suffix)
        if old.exists() and not (aside / old.name).exists():
            disk.place(old, aside / old.name)
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    disk.place(new, target)


def _keep_a_copy(old: Path, aside: Path) -> None:
    if old.exists() and not (aside / old.name).exists():
        with old.open("rb") as content:
            disk.copy_own(content, aside / f"{old.name}.part")
        os.rename(aside / f"{old.name}.part", aside / old.name)

"""Allow one web process per instance folder: two would share its socket, ports and database."""

from __future__ import annotations

import fcntl
import os
from pathlib import Path
from typing import TextIO

FILE = "web.lock"


class InstanceLockedError(Exception):
    """Another process serves this instance folder; the message says so to the command's user."""


def take(folder: Path) -> TextIO:
    """Return the lock of ``folder``, held until it is closed or this process ends.

    Raises :class:`InstanceLockedError` when another process holds it.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    file = os.fdopen(os.open(folder / FILE, os.O_RDWR | os.O_CREAT, 0o600), "r+")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        holder = file.read().strip()
        file.close()
        raise InstanceLockedError(
            f"This installation is already running: process {holder} serves {folder}. "
            "End it first, or choose another KIOSK_INSTANCE_DIR."
        ) from error
    file.truncate(0)
    file.write(f"{os.getpid()}\n")
    file.flush()
    return file

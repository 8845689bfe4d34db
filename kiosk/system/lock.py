"""One web process per instance directory: two would fight over its media plane and its pages."""

from __future__ import annotations

import fcntl
import os
from pathlib import Path
from typing import TextIO

FILE = "web.lock"


class HouseOpenError(Exception):
    """The sentence for whoever typed the command."""


def take(folder: Path) -> TextIO:
    """Return the lock of ``folder``, held until it is closed or this process ends.

    Raises :class:`HouseOpenError` when another process holds it.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    file = os.fdopen(os.open(folder / FILE, os.O_RDWR | os.O_CREAT, 0o600), "r+")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        holder = file.read().strip()
        file.close()
        raise HouseOpenError(
            f"This house is already open: process {holder} serves {folder}. "
            "End it first, or choose another KIOSK_INSTANCE_DIR."
        ) from error
    file.truncate(0)
    file.write(f"{os.getpid()}\n")
    file.flush()
    return file

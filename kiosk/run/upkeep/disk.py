"""Writing that survives a power cut: whole files, then their new name, then their folder."""

from __future__ import annotations

import errno
import io
import os
import shutil
from pathlib import Path
from typing import IO

from kiosk.run.upkeep.refusal import Refused

LEFT_FREE_BYTES = 50_000_000
"""What a command leaves free: the server goes on writing meanwhile."""


def want_space(folder: Path, wanted: int) -> None:
    """Raise Refused when ``folder`` has no room for ``wanted`` more bytes."""
    free = shutil.disk_usage(folder).free
    if free < wanted + LEFT_FREE_BYTES:
        raise Refused(
            "upkeep.no_space",
            folder=folder,
            free=free // 1_000_000,
            wanted=(wanted + LEFT_FREE_BYTES) // 1_000_000 + 1,
        )


def to_disk(path: Path) -> None:
    """Wait until a file's content, or a folder's list of names, is on the disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def place(source: Path, target: Path) -> None:
    """Move a file to its place in one step: anybody sees the old one or the new one, whole."""
    try:
        os.replace(source, target)
    except OSError as error:
        if error.errno != errno.EXDEV:
            raise
        # Another disk: a copy beside the target first, so that the last step is a rename again.
        beside = target.with_name(f".{target.name}.part")
        shutil.copyfile(source, beside)
        beside.chmod(0o600)
        to_disk(beside)
        os.replace(beside, target)
        source.unlink()
    to_disk(target.parent)


def write_own(path: Path, content: str) -> None:
    """Write a file that only its owner may read, whole on the disk when this returns."""
    copy_own(io.BytesIO(content.encode()), path)


def copy_own(content: IO[bytes], path: Path) -> None:
    """Write the rest of ``content`` to such a file."""
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "wb") as target:
        shutil.copyfileobj(content, target)
        target.flush()
        os.fsync(target.fileno())

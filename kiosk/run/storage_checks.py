"""Probes of ``/healthz`` that write: a database or a disk that can only be read is not well.

What a probe found holds for a few seconds, so that asking often writes seldom.
"""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable
from pathlib import Path

from kiosk.storage import revisions
from kiosk.storage.database import Database, writing

REMEMBERED_S = 10.0
FREE_WANTED_BYTES = 100_000_000
"""Below it the disk counts as full: SQLite's log and the outbox folder need room to go on."""

TOPIC = "health"
FILE = "health"


def remembered(probe: Callable[[], bool], *, bad_too: bool = True) -> Callable[[], bool]:
    """Return the probe with a memory of :data:`REMEMBERED_S`; any thread.

    Without ``bad_too`` only a good answer is remembered: where somebody waits for it to turn good.
    """
    last: tuple[float, bool] | None = None

    def ask() -> bool:
        nonlocal last
        is_known = last is not None and time.monotonic() - last[0] <= REMEMBERED_S
        if last is None or not is_known or not (last[1] or bad_too):
            try:
                found = probe()
            except Exception:
                last = (time.monotonic(), False)
                raise
            last = (time.monotonic(), found)
        return last[1]

    return ask


def database_can_be_written(database: Database) -> bool:
    """Write one row that nobody reads; raises what the driver raises when it cannot."""
    with database.session() as session, writing(session):
        revisions.bump(session, TOPIC)
    return True


def folder_can_be_written(folder: Path) -> bool:
    """Write one small file; return False on a disk that is almost full. Raises OSError."""
    (folder / FILE).write_bytes(b"ok\n")
    return shutil.disk_usage(folder).free >= FREE_WANTED_BYTES

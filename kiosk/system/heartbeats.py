"""When a helper last did its work, told between processes: one empty file a helper.

The time of a file is set to the clock that never jumps (seconds since the machine started), so a
clock set back makes nobody late, and nothing is written into a full disk.
"""

from __future__ import annotations

import os
import time
from contextlib import suppress
from pathlib import Path

FOLDER = "heartbeats"


class Heartbeats:
    """The heartbeats of one installation's helpers; any process, any thread."""

    def __init__(self, instance_dir: Path) -> None:
        self._folder = instance_dir / FOLDER

    def beat(self, helper: str) -> None:
        """Note that the helper has just done its work; a disk that refuses is not its fault."""
        with suppress(OSError):
            self._folder.mkdir(mode=0o700, exist_ok=True)
            file = self._folder / helper
            if not file.exists():
                file.touch(mode=0o600)
            now = time.monotonic_ns()
            os.utime(file, ns=(now, now))

    def last(self, helper: str) -> float | None:
        """Return the ``time.monotonic()`` of its last work; None when there is none since boot."""
        try:
            last = (self._folder / helper).stat().st_mtime_ns / 1e9
        except OSError:
            return None
        return last if last <= time.monotonic() else None

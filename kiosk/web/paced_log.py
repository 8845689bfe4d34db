"""Lines that an attacker can cause are written once a minute and kind, with their number.

Our own refusals use :class:`PacedLog`; what libraries say of bad requests, sockets and frames goes
through :class:`PacedLibraries`, a filter of the one handler.
"""

from __future__ import annotations

import logging
import time
from collections import Counter
from collections.abc import Callable
from threading import Lock

import structlog

EVERY_S = 60.0
KINDS = 500
"""Kinds remembered; beyond, all others count as one."""

LIBRARIES = ("uvicorn", "engineio", "socketio", "asyncio", "websockets", "h11")


class _Minute:
    """Counts events by kind; says when one of a kind is due."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._lock = Lock()
        self._written_at: dict[str, float] = {}
        self._unwritten: Counter[str] = Counter()

    def due(self, kind: str) -> int | None:
        """Count one; return how many there were since the last line, or None: write none now."""
        with self._lock:
            if kind not in self._written_at and len(self._written_at) >= KINDS:
                kind = "others"
            now = self._clock()
            self._unwritten[kind] += 1
            if now - self._written_at.get(kind, now - EVERY_S) < EVERY_S:
                return None
            self._written_at[kind] = now
            return self._unwritten.pop(kind)


class PacedLog:
    """One event name, several kinds; any thread."""

    def __init__(self, event: str, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._event = event
        self._minute = _Minute(clock)
        self._log = structlog.get_logger("kiosk.web")

    def note(self, kind: str) -> None:
        """Count one; write a line if none of this kind was written for a minute."""
        count = self._minute.due(kind)
        if count is not None:
            self._log.warning(self._event, kind=kind, count=count)


class PacedLibraries(logging.Filter):
    """Passes one warning or error of a library a minute and kind; ours pass always.

    A kind is the logger, the place in its code and the type of the exception: messages hold
    addresses and numbers of sockets.
    """

    def __init__(self, *, clock: Callable[[], float] = time.monotonic) -> None:
        super().__init__()
        self._minute = _Minute(clock)

    def filter(self, record: logging.LogRecord) -> bool:
        """Say whether this record is written; it tells how many like it were not."""
        if record.levelno < logging.WARNING or record.name.split(".")[0] not in LIBRARIES:
            return True
        fault = type(record.exc_info[1]).__name__ if record.exc_info else ""
        template = str(record.msg).splitlines()[0][:80] if record.name == "asyncio" else ""
        count = self._minute.due(f"{record.name}:{record.lineno}:{fault}:{template}")
        if count is None:
            return False
        if count > 1:
            record.msg = f"{record.msg} ({count} times in the last minutes)"
        return True

"""Counts of requests per key and time window: the storage behind :mod:`kiosk.web.limits`.

The library's own (``memory://``, limits 5.8) starts a thread at almost every request, and two
requests at the same moment may start the same one: the second was answered 500 (decision 0110).
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from threading import Lock

from limits.storage import Storage

SWEEP_EVERY_S = 60.0


@dataclass(slots=True)
class _Window:
    """The requests counted until ``closes_at`` (seconds since the epoch)."""

    closes_at: float
    opened_at: float
    count: int = 0


class Counts(Storage):
    """Fixed windows in this process' memory; a window is deleted after its end.

    Any thread. ``storage_uri="counts://"`` names it to the library.
    """

    STORAGE_SCHEME = ["counts"]

    def __init__(
        self,
        uri: str | None = None,
        wrap_exceptions: bool = False,
        *,
        clock: Callable[[], float] = time.time,
    ) -> None:
        super().__init__(uri, wrap_exceptions)
        self._clock = clock
        self._lock = Lock()
        self._windows: dict[str, _Window] = {}
        self._swept_at = clock()

    @property
    def base_exceptions(self) -> tuple[type[Exception], ...]:
        """Return no exception types: there is no network to fail."""
        return ()

    def incr(self, key: str, expiry: int, amount: int = 1) -> int:
        """Add ``amount`` to the open window, or open one that lasts ``expiry`` seconds."""
        with self._lock:
            window = self._open(key)
            if window is None:
                now = self._clock()
                self._sweep(now)
                window = self._windows[key] = _Window(now + expiry, now)
            window.count += amount
            return window.count

    def get(self, key: str) -> int:
        """Return the count of the window that is open; 0 when none is."""
        with self._lock:
            window = self._open(key)
            return window.count if window else 0

    def get_expiry(self, key: str) -> float:
        """Return when the open window closes, seconds since the epoch; now when none is open."""
        with self._lock:
            window = self._open(key)
            return window.closes_at if window else self._clock()

    def clear(self, key: str) -> None:
        """Forget one window."""
        with self._lock:
            self._windows.pop(key, None)

    def reset(self) -> int:
        """Forget all windows; return how many there were."""
        with self._lock:
            forgotten = len(self._windows)
            self._windows.clear()
            return forgotten

    def check(self) -> bool:
        """Return True: memory is always available."""
        return True

    @property
    def kept(self) -> int:
        """How many windows are kept. Not ``__len__``: a false storage is ignored."""
        return len(self._windows)

    def _open(self, key: str) -> _Window | None:
        window = self._windows.get(key)
        # A window that opens in the future was opened before the clock was set back.
        is_open = window is not None and window.opened_at <= self._clock() < window.closes_at
        return window if is_open else None

    def _sweep(self, now: float) -> None:
        # Otherwise keys that are never counted again would be kept for ever.
        if 0 <= now - self._swept_at < SWEEP_EVERY_S:
            return
        self._swept_at = now
        for key in [key for key, one in self._windows.items() if one.closes_at <= now]:
            del self._windows[key]

"""The shortest recent round trip of one browser: a longer one means that packets are queued."""

from __future__ import annotations

WINDOW_S = 20.0
"""The minimum covers the last 20 to 40 s, because people move to other networks."""


class MinRtt:
    """Follows one browser's round trips, in seconds."""

    __slots__ = ("_minimum", "_next", "_since")

    def __init__(self, now: float) -> None:
        self._since = now
        self._minimum = self._next = float("inf")

    def update(self, rtt_s: float, now: float) -> float:
        """Take one round trip and return the shortest recent one."""
        if now - self._since >= WINDOW_S:
            self._minimum, self._next, self._since = self._next, float("inf"), now
        self._next = min(self._next, rtt_s)
        self._minimum = min(self._minimum, rtt_s)
        return self._minimum

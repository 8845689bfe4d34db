"""How long an empty line takes there and back: what is longer than that is waiting."""

from __future__ import annotations

SEARCHED_FOR_S = 20.0
"""The shortest is that of the last 20 to 40 s: people move to other networks."""


class ShortestTrip:
    """Follows one browser's round trips, in seconds."""

    __slots__ = ("_next", "_shortest", "_since")

    def __init__(self, now: float) -> None:
        self._since = now
        self._shortest = self._next = float("inf")

    def take(self, trip_s: float, now: float) -> float:
        """Take one trip and return the shortest there was lately."""
        if now - self._since >= SEARCHED_FOR_S:
            self._shortest, self._next, self._since = self._next, float("inf"), now
        self._next = min(self._next, trip_s)
        self._shortest = min(self._shortest, trip_s)
        return self._shortest

"""The token bucket: how often something may happen (decision 0272)."""

from __future__ import annotations


class Allowance:
    """A token bucket: ``rate`` a second, up to ``burst`` at once."""

    __slots__ = ("_at", "_burst", "_left", "_rate")

    def __init__(self, rate: float, burst: float, now: float) -> None:
        self._rate, self._burst = rate, burst
        self._left = burst
        self._at = now

    def take(self, now: float) -> bool:
        """Use one if there is one left at ``now`` (seconds, never going back)."""
        self._left = min(self._burst, self._left + (now - self._at) * self._rate)
        self._at = now
        if self._left < 1:
            return False
        self._left -= 1
        return True

    def wait_for(self, amount: float, now: float) -> float:
        """Use ``amount`` in any case; return how many seconds to wait until there was so much."""
        self._left = min(self._burst, self._left + (now - self._at) * self._rate) - amount
        self._at = now
        return max(0.0, -self._left / self._rate)

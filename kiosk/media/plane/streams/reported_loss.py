"""What the receivers of one stream lately said they missed, so that its publisher can be told."""

from __future__ import annotations

HELD_S = 8.0
"""A word holds for so long; browsers report on sound each five seconds, give or take half."""


class Missed:
    """Follows one stream. Fractions are in 1/256, as in report blocks (RFC 3550 §6.4.1)."""

    __slots__ = ("_at", "_fraction")

    def __init__(self) -> None:
        self._fraction = 0
        self._at = float("-inf")

    def said(self, fraction: int, now: float) -> None:
        """Take one receiver's word; it counts unless a worse one still holds."""
        if fraction >= self.worst(now):
            self._fraction, self._at = fraction, now

    def worst(self, now: float) -> int:
        """Return the worst that still holds; 0 when nobody has said anything."""
        return self._fraction if now - self._at < HELD_S else 0

"""The worst loss that the receivers of one stream reported lately, for its publisher's report."""

from __future__ import annotations

REPORT_LIFETIME_S = 8.0
"""An older report is ignored; browsers report on sound every five seconds, give or take half."""


class ReportedLoss:
    """Follows one stream. Fractions are in 1/256, as in report blocks (RFC 3550 §6.4.1)."""

    __slots__ = ("_at", "_fraction")

    def __init__(self) -> None:
        self._fraction = 0
        self._at = float("-inf")

    def reported(self, fraction: int, now: float) -> None:
        """Take one receiver's report; it replaces the present one unless that is worse."""
        if fraction >= self.worst(now):
            self._fraction, self._at = fraction, now

    def worst(self, now: float) -> int:
        """Return the worst loss reported lately; 0 without a report."""
        return self._fraction if now - self._at < REPORT_LIFETIME_S else 0

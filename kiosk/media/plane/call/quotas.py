"""How much one browser may ask of the server, and send, in a given time."""

from __future__ import annotations

from kiosk.media.plane.limits import (
    FEEDBACK_BURST,
    FEEDBACK_PER_SECOND,
    PACKETS_UP_PER_SECOND,
    REPEATS_PER_SECOND,
    Allowance,
)


class Quotas:
    """The allowances of one peer."""

    __slots__ = ("_looked_at", "_packets", "feedback", "repeats")

    def __init__(self, now: float) -> None:
        self.feedback = Allowance(FEEDBACK_PER_SECOND, FEEDBACK_BURST, now)
        """RTCP messages acted on."""

        self.repeats = Allowance(REPEATS_PER_SECOND, REPEATS_PER_SECOND, now)
        """Packets sent again."""

        self._looked_at = now
        self._packets = 0

    def exceeded_by(self, packets: int, now: float) -> bool:
        """Return whether more media arrived since the last call than any browser sends.

        ``packets`` counts all RTP packets from the browser so far.
        """
        elapsed, came = now - self._looked_at, packets - self._packets
        self._looked_at, self._packets = now, packets
        return came > PACKETS_UP_PER_SECOND * max(1.0, elapsed)

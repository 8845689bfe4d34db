"""What a receiver's line has shown to carry, whatever its browser's estimate says.

A browser reckons its bitrate from how evenly packets arrive. Jitter and loss that have nothing to
do with the amount sent (radio, a busy access point) make that estimate sink to nothing, and with it
the picture. A line that is really too narrow shows it otherwise: packets queue, so the round trip
grows, or they are missing even after repair.
"""

from __future__ import annotations

from kiosk.media.plane.bandwidth.min_rtt import ShortestTrip

QUEUE_S = 0.12
"""A round trip that has grown by so much over the shortest says that packets queue."""

LOST = 0.12
"""Part of the packets still missing after repair that says the same where queues are short."""

SMOOTHING = 0.25
LEAST_S = 0.4
"""Between two measures; reports come about once a second."""


class Carried:
    """Follows one receiver. ``bitrate``: bit/s that arrived lately, 0 when that is in doubt."""

    __slots__ = (
        "_at",
        "_lost",
        "_sent",
        "_shortest",
        "_trip",
        "bitrate",
    )

    def __init__(self) -> None:
        self.bitrate = 0
        self._at: float | None = None
        self._sent = 0
        self._lost = 0.0
        self._trip: float | None = None
        self._shortest: ShortestTrip | None = None

    def reported(self, sent: int, lost: float, trip_s: float | None, now: float) -> None:
        """Take a receiver report: all bytes sent so far, the part lost, the round trip."""
        if trip_s is None:
            return
        if self._at is None or self._trip is None or self._shortest is None:
            self._at, self._sent, self._trip = now, sent, trip_s
            self._shortest = ShortestTrip(now)
        if now - self._at < LEAST_S:
            return
        rate = 8 * (sent - self._sent) / (now - self._at)
        self._at, self._sent = now, sent
        self._lost += SMOOTHING * (lost - self._lost)
        self._trip += SMOOTHING * (trip_s - self._trip)
        shortest = self._shortest.take(trip_s, now)
        fits = self._trip - shortest < QUEUE_S and self._lost < LOST
        self.bitrate = int(rate * (1 - lost)) if fits else 0

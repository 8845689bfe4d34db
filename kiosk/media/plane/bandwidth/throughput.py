"""The bitrate that a receiver's line has shown to deliver, whatever its browser estimates.

A browser estimates its bitrate from how evenly packets arrive. Jitter and loss that do not depend
on the amount sent (radio, a busy access point) make that estimate fall to almost nothing, and the
picture with it. A line that is really too narrow shows it otherwise: packets queue, so the round
trip grows, or packets are missing even after repair (decision 0096).
"""

from __future__ import annotations

from kiosk.media.plane.bandwidth.min_rtt import MinRtt

QUEUE_S = 0.12
"""A round trip this much longer than the shortest recent one means that packets queue."""

LOST = 0.12
"""This part of the packets missing after repair means the same where queues are short."""

SMOOTHING = 0.25
LEAST_S = 0.4
"""Between two measurements; reports come about once a second."""


class Throughput:
    """Follows one receiver. ``bitrate``: bit/s that arrived recently, 0 when in doubt."""

    __slots__ = (
        "_at",
        "_lost",
        "_min_rtt",
        "_rtt",
        "_sent",
        "bitrate",
    )

    def __init__(self) -> None:
        self.bitrate = 0
        self._at: float | None = None
        self._sent = 0
        self._lost = 0.0
        self._rtt: float | None = None
        self._min_rtt: MinRtt | None = None

    def reported(self, sent: int, lost: float, rtt_s: float | None, now: float) -> None:
        """Take a receiver report: all bytes sent so far, the part lost, the round trip."""
        if rtt_s is None:
            return
        if self._at is None or self._rtt is None or self._min_rtt is None:
            self._at, self._sent, self._rtt = now, sent, rtt_s
            self._min_rtt = MinRtt(now)
        if now - self._at < LEAST_S:
            return
        rate = 8 * (sent - self._sent) / (now - self._at)
        self._at, self._sent = now, sent
        self._lost += SMOOTHING * (lost - self._lost)
        self._rtt += SMOOTHING * (rtt_s - self._rtt)
        shortest = self._min_rtt.update(rtt_s, now)
        fits = self._rtt - shortest < QUEUE_S and self._lost < LOST
        self.bitrate = int(rate * (1 - lost)) if fits else 0

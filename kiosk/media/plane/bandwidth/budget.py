"""What a publisher's own line carries, judged by how long its packets wait on the way to us.

With two people the receiver's browser judges the whole path. With more, each receiver's browser
judges only its own line (``wire/send_time.py``), so the server judges the publisher's. It uses the
simplest method that works: the shortest delay seen in a while is that of an empty line, and what a
packet is delayed beyond it is a queue. Only the fastest packet between two looks counts, and a line
must be full at two looks in a row: a busy machine delays many packets for a moment, a full line
delays all of them.
"""

from __future__ import annotations

from collections import deque

from kiosk.media.plane.wire.send_time import UNITS, WRAP

QUEUE_S = 0.12
"""A line is full when even its fastest packet is delayed this much longer than on an empty one."""
BACK_OFF = 0.85
"""The budget of a full line, as a part of what arrived through it."""
DRAIN_S = 1.0
"""How long a queue may take to empty after the budget was lowered."""
RATE_OVER = 4
"""The best of so many looks is what arrived: in some, a busy machine lets nothing pass."""
GROWTH = 1.5
"""A second, while nothing is queued."""
MOST = 4_000_000.0
"""bit/s; no publisher needs more."""
EMPTY_LINE_S = 20.0
"""The shortest delay is searched for so long; clocks drift apart by a millisecond meanwhile."""


class Budget:
    """Follows one publisher; ``bitrate`` is what its line carries in all, bit/s: ample at first."""

    __slots__ = (
        "_bytes",
        "_empty",
        "_empty_next",
        "_fastest",
        "_full",
        "_looked_at",
        "_lowered_at",
        "_rates",
        "_searched_since",
        "bitrate",
    )

    def __init__(self, now: float) -> None:
        self.bitrate = MOST
        self._rates: deque[float] = deque(maxlen=RATE_OVER)
        self._fastest: int | None = None
        self._empty: int | None = None
        self._empty_next: int | None = None
        self._searched_since = self._looked_at = now
        self._lowered_at = float("-inf")
        self._bytes = 0
        self._full = False

    def arrived(self, sent: int, came: int) -> None:
        """Note a packet by its 24-bit times of sending and of arrival, each on its own clock."""
        delay = (came - sent) % WRAP
        if self._fastest is None or _later(self._fastest, delay) > 0:
            self._fastest = delay

    def look(self, received: int, now: float) -> None:
        """Judge the line; ``received`` counts all bytes from the publisher so far."""
        elapsed = now - self._looked_at
        if elapsed <= 0:
            return
        self._rates.append(8 * (received - self._bytes) / elapsed)
        self._bytes, self._looked_at = received, now
        queue_s = self._queue_s(now)
        if now - self._lowered_at < DRAIN_S:
            return
        was_full, self._full = self._full, queue_s > QUEUE_S
        if self._full and was_full:
            self.bitrate = min(self.bitrate, BACK_OFF * max(self._rates))
            self._lowered_at = now
        elif not self._full:
            self.bitrate = min(MOST, self.bitrate * GROWTH**elapsed)

    def _queue_s(self, now: float) -> float:
        """Return how long the fastest packet since the last look was queued; 0 when none came."""
        fastest, self._fastest = self._fastest, None
        if fastest is None:
            return 0.0
        if self._empty is None or _later(self._empty, fastest) > 0:
            self._empty = fastest
        if self._empty_next is None or _later(self._empty_next, fastest) > 0:
            self._empty_next = fastest
        if now - self._searched_since >= EMPTY_LINE_S:
            self._empty, self._empty_next = self._empty_next, None
            self._searched_since = now
        return _later(fastest, self._empty) / UNITS


def _later(one: int, other: int) -> int:
    """Return how much longer ``one`` is than ``other``, both modulo 2^24."""
    return (one - other + WRAP // 2) % WRAP - WRAP // 2

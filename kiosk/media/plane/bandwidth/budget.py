"""What a publisher's own line takes, judged by how long its packets wait on the way to us.

With two people the receiver's browser judges the whole way. With more, each receiver's judges only
its own line (``send_time.py``), so that the publisher's is ours to judge. It is done as simply as
it can be: the shortest wait in a while is that of an empty line, and what a packet waits longer is
a queue. Only the quickest packet between two looks counts, and a line must be full for two looks: a
busy machine delays many packets for a moment, a full line delays all.
"""

from __future__ import annotations

from collections import deque

from kiosk.media.plane.wire.send_time import UNITS, WRAP

QUEUE_S = 0.12
"""A line that makes even the quickest packet wait so much longer than an empty one is full."""
GIVE_WAY = 0.85
"""Of what came through the full line."""
DRAIN_S = 1.0
"""After giving way a queue may take so long to empty."""
RATE_OVER = 4
"""Looks of which the best tells what came through: in some, a busy machine lets nothing pass."""
GROWTH = 1.5
"""A second, while nothing waits."""
MOST = 4_000_000.0
"""bit/s; beyond, nobody has use for it."""
EMPTY_LINE_S = 20.0
"""The shortest wait is searched for so long; clocks drift apart by a millisecond meanwhile."""


class Budget:
    """Follows one publisher; ``bitrate`` is what its line takes in all, bit/s: plenty at first."""

    __slots__ = (
        "_carried",
        "_empty",
        "_empty_next",
        "_full",
        "_given_way_at",
        "_looked_at",
        "_quickest",
        "_rates",
        "_searched_since",
        "bitrate",
    )

    def __init__(self, now: float) -> None:
        self.bitrate = MOST
        self._rates: deque[float] = deque(maxlen=RATE_OVER)
        self._quickest: int | None = None
        self._empty: int | None = None
        self._empty_next: int | None = None
        self._searched_since = self._looked_at = now
        self._given_way_at = float("-inf")
        self._carried = 0
        self._full = False

    def arrived(self, sent: int, came: int) -> None:
        """Note a packet by its 24-bit time of leaving and of arriving, each on its own clock."""
        wait = (came - sent) % WRAP
        if self._quickest is None or _later(self._quickest, wait) > 0:
            self._quickest = wait

    def look(self, carried: int, now: float) -> None:
        """Judge the line; ``carried`` is all bytes so far."""
        elapsed = now - self._looked_at
        if elapsed <= 0:
            return
        self._rates.append(8 * (carried - self._carried) / elapsed)
        self._carried, self._looked_at = carried, now
        queue_s = self._queue_s(now)
        if now - self._given_way_at < DRAIN_S:
            return
        was_full, self._full = self._full, queue_s > QUEUE_S
        if self._full and was_full:
            self.bitrate = min(self.bitrate, GIVE_WAY * max(self._rates))
            self._given_way_at = now
        elif not self._full:
            self.bitrate = min(MOST, self.bitrate * GROWTH**elapsed)

    def _queue_s(self, now: float) -> float:
        """How long the quickest packet since the last look waited; 0 when none came."""
        quickest, self._quickest = self._quickest, None
        if quickest is None:
            return 0.0
        if self._empty is None or _later(self._empty, quickest) > 0:
            self._empty = quickest
        if self._empty_next is None or _later(self._empty_next, quickest) > 0:
            self._empty_next = quickest
        if now - self._searched_since >= EMPTY_LINE_S:
            self._empty, self._empty_next = self._empty_next, None
            self._searched_since = now
        return _later(quickest, self._empty) / UNITS


def _later(one: int, other: int) -> int:
    """How much longer ``one`` is than ``other``, both modulo 2^24."""
    return (one - other + WRAP // 2) % WRAP - WRAP // 2

"""Which layer of each picture a receiver's line can carry. Figures in, figures out; no packets.

A receiver says what it can take (REMB), what it lost, and how long the way is. What it claims is a
guess: never more than half as much again as it gets, so that a wider line only shows by being
tried; and far too little for a minute after its machine was busy, so that a low claim counts only
where packets wait or are lost as well. One picture at a time climbs as a try, and when that goes
wrong the next try waits twice as long.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from kiosk.media.plane.bandwidth.min_rtt import ShortestTrip

TOO_MUCH = 0.85
"""A claim below this part of what is sent says that the line is full."""
QUEUE_S = 0.1
"""Round trips this much longer than the shortest say so, too."""
LOSSY, CLEAN = 0.10, 0.02
"""Loss, a fraction of 1: above, a line is full whatever it claims; up to the other it may climb."""
PROVEN = 0.9
"""A climb that fits into this part of the claim is safe, and several may be made at once."""
PROMISING = 1.3
"""Claims reach 1.5 times what is sent when nothing is wrong; from here on a try is worth it."""

FULL_FOR_S = 1.5
"""A line must be full for so long before anything falls: a report or two from a machine that was
busy for a moment are no reason."""
GIVE_WAY = 0.7
"""A fall makes at least so much room, as a part of what was sent."""
SETTLE_S = 1.5
"""After a change nothing falls again for so long: the reports still speak of what was before."""
TRIAL_S = 10.0
"""A climb that lasts so long has gone well."""
PATIENCE_S, LONGEST_PATIENCE_S = 2.0, 60.0
DOUBTFUL = 4
"""How many times longer a try waits that no claim supports."""


@dataclass(frozen=True, slots=True)
class Line:
    """What a receiver has said of its line; None where it has not."""

    claim: float | None
    """bit/s over all pictures."""
    loss: float
    """A fraction of 1."""
    trip_s: float | None
    """The last round trip."""


@dataclass(slots=True)
class Picture:
    """One publisher's picture to one receiver; rungs count from the smallest layer, 0."""

    rung: int
    rates: Sequence[float]
    """bit/s of each rung."""
    usable: Sequence[bool]
    """Which rungs the publisher sends, or could."""

    @property
    def rate(self) -> float:
        """What it takes now, bit/s."""
        return self.rates[self.rung]

    @property
    def below(self) -> int | None:
        """The next usable rung down."""
        return next((r for r in range(self.rung - 1, -1, -1) if self.usable[r]), None)

    @property
    def above(self) -> int | None:
        """The next usable rung up."""
        return next((r for r in range(self.rung + 1, len(self.usable)) if self.usable[r]), None)


class LayerChoice:
    """What one receiver's line has shown so far. Times are seconds of the plane's clock."""

    __slots__ = (
        "_changed_at",
        "_climbed_at",
        "_full_since",
        "_shortest",
        "patience_s",
    )

    def __init__(self, now: float) -> None:
        self._changed_at = now
        self._climbed_at = float("-inf")
        self._full_since: float | None = None
        self._shortest = ShortestTrip(now)
        self.patience_s = PATIENCE_S

    def decide(self, pictures: Sequence[Picture], line: Line, now: float) -> None:
        """Move the pictures to the rungs they should have."""
        for picture in pictures:
            if not picture.usable[picture.rung]:
                rungs = (picture.below, picture.above, picture.rung)
                picture.rung = next(rung for rung in rungs if rung is not None)
        waits = self._waits(line.trip_s, now)
        if self._is_full(pictures, line, now, waits=waits):
            self._fall(pictures, line.claim, now)
        elif line.claim is not None and line.loss <= CLEAN and not waits:
            self._climb(pictures, line.claim, now)

    def _waits(self, trip_s: float | None, now: float) -> bool:
        """Whether packets wait on the way; the shortest trip tells how long an empty one takes."""
        return trip_s is not None and trip_s - self._shortest.take(trip_s, now) > QUEUE_S

    def _is_full(self, pictures: Sequence[Picture], line: Line, now: float, *, waits: bool) -> bool:
        claims_so = line.claim is not None and line.claim < TOO_MUCH * _total(pictures)
        if line.loss <= LOSSY and not (claims_so and (waits or line.loss > CLEAN)):
            self._full_since = None
            return False
        if self._full_since is None:
            self._full_since = now
        return now - self._full_since >= FULL_FOR_S and now - self._changed_at >= SETTLE_S

    def _fall(self, pictures: Sequence[Picture], claim: float | None, now: float) -> None:
        """Take the dearest picture down, and the next dearest, until all fit."""
        budget = GIVE_WAY * _total(pictures)
        if claim is not None:
            budget = min(budget, claim)
        moved = False
        while _total(pictures) > budget:
            dearest = max(
                (one for one in pictures if one.below is not None),
                key=lambda one: one.rate,
                default=None,
            )
            if dearest is None or dearest.below is None:
                break
            dearest.rung = dearest.below
            moved = True
        if moved:
            failed = now - self._climbed_at < TRIAL_S
            so_far = self.patience_s if failed else PATIENCE_S
            self.patience_s = min(2 * so_far, LONGEST_PATIENCE_S)
            self._changed_at = now
            self._full_since = None

    def _climb(self, pictures: Sequence[Picture], claim: float, now: float) -> None:
        """Take the lowest picture up: as many as surely fit, or else one as a try."""
        total, waited = _total(pictures), now - self._changed_at
        if waited < self.patience_s:
            return
        may_try = claim >= PROMISING * total or waited >= DOUBTFUL * self.patience_s
        moved = False
        for picture in sorted(pictures, key=lambda one: one.rung):
            above = picture.above
            if above is None:
                continue
            more = picture.rates[above] - picture.rate
            if total + more <= PROVEN * claim or (may_try and not moved):
                picture.rung = above
                total += more
                moved = True
        if moved:
            self._changed_at = self._climbed_at = now


def _total(pictures: Sequence[Picture]) -> float:
    return sum(picture.rate for picture in pictures)

"""Which simulcast layer of each picture a receiver's line can carry. No packets, only numbers.

A receiver reports what it can take (REMB), what it lost, and its round trip is measured. Its REMB
is an estimate with two faults. It never exceeds one and a half times what the receiver gets, so a
wider line only shows when more is tried. And it stays far too low for a minute after the receiver's
machine was busy, so a low one counts only where packets are queued or lost as well. One picture at
a time climbs as a trial; after a failed trial the next one waits twice as long.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from kiosk.media.plane.bandwidth.min_rtt import MinRtt

TOO_LOW = 0.85
"""A REMB below this part of what is sent suggests that the line is full."""
QUEUE_S = 0.1
"""A round trip this much longer than the shortest recent one suggests it, too."""
LOSSY, CLEAN = 0.10, 0.02
"""Loss, a fraction of 1: above the first, a line is full whatever its REMB; below the other, its
pictures may climb."""
SAFE = 0.9
"""A climb that fits into this part of the REMB is safe, and several may be made at once."""
PROMISING = 1.3
"""A REMB reaches 1.5 times what is sent when nothing is wrong; from here on a trial is worth it."""

FULL_FOR_S = 1.5
"""A line must be full for so long before anything falls: a report or two from a machine that was
busy for a moment are no reason."""
BACK_OFF = 0.7
"""A fall leaves at most this part of what was sent."""
SETTLE_S = 1.5
"""Nothing falls again so soon after a change: the reports still describe the time before it."""
TRIAL_S = 10.0
"""A climb that lasts so long has succeeded."""
PATIENCE_S, LONGEST_PATIENCE_S = 2.0, 60.0
"""Between two climbs: at first, and at most."""
DOUBTFUL = 4
"""How many times longer a trial waits that no REMB supports."""


@dataclass(frozen=True, slots=True)
class Line:
    """What is known of a receiver's line; None where it has not been reported."""

    remb: float | None
    """bit/s over all pictures, as the receiver estimates."""
    loss: float
    """A fraction of 1."""
    rtt_s: float | None
    """The last round trip."""


@dataclass(slots=True)
class Picture:
    """One publisher's picture to one receiver; rungs are numbered from the smallest layer, 0."""

    rung: int
    rates: Sequence[float]
    """bit/s of each rung."""
    usable: Sequence[bool]
    """Which rungs the publisher sends, or would when asked."""

    @property
    def rate(self) -> float:
        """Its present bitrate, bit/s."""
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
    """Chooses for one receiver. Times are seconds of the plane's clock."""

    __slots__ = (
        "_changed_at",
        "_climbed_at",
        "_full_since",
        "_min_rtt",
        "patience_s",
    )

    def __init__(self, now: float) -> None:
        self._changed_at = now
        self._climbed_at = float("-inf")
        self._full_since: float | None = None
        self._min_rtt = MinRtt(now)
        self.patience_s = PATIENCE_S

    def decide(self, pictures: Sequence[Picture], line: Line, now: float) -> None:
        """Move the pictures to the rungs they should have."""
        for picture in pictures:
            if not picture.usable[picture.rung]:
                rungs = (picture.below, picture.above, picture.rung)
                picture.rung = next(rung for rung in rungs if rung is not None)
        is_queued = self._is_queued(line.rtt_s, now)
        if self._is_full(pictures, line, now, is_queued=is_queued):
            self._fall(pictures, line.remb, now)
        elif line.remb is not None and line.loss <= CLEAN and not is_queued:
            self._climb(pictures, line.remb, now)

    def _is_queued(self, rtt_s: float | None, now: float) -> bool:
        """Whether packets are queued: the round trip has grown."""
        return rtt_s is not None and rtt_s - self._min_rtt.update(rtt_s, now) > QUEUE_S

    def _is_full(
        self, pictures: Sequence[Picture], line: Line, now: float, *, is_queued: bool
    ) -> bool:
        remb_says_so = line.remb is not None and line.remb < TOO_LOW * _total(pictures)
        if line.loss <= LOSSY and not (remb_says_so and (is_queued or line.loss > CLEAN)):
            self._full_since = None
            return False
        if self._full_since is None:
            self._full_since = now
        return now - self._full_since >= FULL_FOR_S and now - self._changed_at >= SETTLE_S

    def _fall(self, pictures: Sequence[Picture], remb: float | None, now: float) -> None:
        """Lower the picture with the highest bitrate, and the next, until all fit."""
        budget = BACK_OFF * _total(pictures)
        if remb is not None:
            budget = min(budget, remb)
        moved = False
        while _total(pictures) > budget:
            largest = max(
                (one for one in pictures if one.below is not None),
                key=lambda one: one.rate,
                default=None,
            )
            if largest is None or largest.below is None:
                break
            largest.rung = largest.below
            moved = True
        if moved:
            failed = now - self._climbed_at < TRIAL_S
            so_far = self.patience_s if failed else PATIENCE_S
            self.patience_s = min(2 * so_far, LONGEST_PATIENCE_S)
            self._changed_at = now
            self._full_since = None

    def _climb(self, pictures: Sequence[Picture], remb: float, now: float) -> None:
        """Raise the pictures on the lowest rungs: all that surely fit, or else one as a trial."""
        total, waited = _total(pictures), now - self._changed_at
        if waited < self.patience_s:
            return
        may_try = remb >= PROMISING * total or waited >= DOUBTFUL * self.patience_s
        moved = False
        for picture in sorted(pictures, key=lambda one: one.rung):
            above = picture.above
            if above is None:
                continue
            more = picture.rates[above] - picture.rate
            if total + more <= SAFE * remb or (may_try and not moved):
                picture.rung = above
                total += more
                moved = True
        if moved:
            self._changed_at = self._climbed_at = now


def _total(pictures: Sequence[Picture]) -> float:
    return sum(picture.rate for picture in pictures)

"""A publisher's own line is judged by the delay of its fastest packets."""

from __future__ import annotations

import random

import pytest

from kiosk.media.plane.bandwidth.budget import DRAIN_S, EMPTY_LINE_S, Budget
from kiosk.media.plane.wire.send_time import stamp

LOOK_S = 0.25
MOST = 1_000_000.0
PACKET = 1000
PLENTY = 10e6


class Line:
    """A publisher that sends as much as it may through a line that takes so much."""

    def __init__(self, *, capacity: float, skew: float = 0.0, jitter_s: float = 0.0) -> None:
        self.now = 50.0
        self.capacity = capacity
        self.jitter_s = jitter_s
        self.budget = Budget(self.now)
        self._skew = skew
        self._queue = 0.0  # bytes
        self._bytes = 0
        self._random = random.Random(3)

    def runs(self, seconds: float) -> None:
        for _ in range(round(seconds / LOOK_S)):
            rate = min(self.budget.bitrate, MOST) / 8
            for _ in range(max(1, int(rate * LOOK_S / PACKET))):
                self._queue += PACKET
                wait = self._queue / (self.capacity / 8) + self._random.random() * self.jitter_s
                self.budget.arrived(stamp(self.now + self._skew), stamp(self.now + 0.02 + wait))
            passed = min(self._queue, self.capacity / 8 * LOOK_S)
            self._queue -= passed
            self._bytes += int(passed)
            self.now += LOOK_S
            self.budget.look(self._bytes, self.now)


def test_a_wide_line_keeps_the_largest_budget():
    line = Line(capacity=PLENTY)

    line.runs(60)

    assert line.budget.bitrate >= MOST


@pytest.mark.parametrize("skew", [0.0, 40.0, -12_345.678])
def test_a_narrow_line_is_found_whatever_the_publishers_clock_offset(skew: float):
    line = Line(capacity=400_000, skew=skew)

    line.runs(20)
    lowest, highest = MOST, 0.0
    for _ in range(80):
        line.runs(LOOK_S)
        lowest, highest = min(lowest, line.budget.bitrate), max(highest, line.budget.bitrate)

    assert 150_000 < lowest < highest < 900_000


def test_a_busy_browser_that_delays_many_packets_is_not_taken_for_a_full_line():
    line = Line(capacity=PLENTY, jitter_s=0.4)

    line.runs(60)

    assert line.budget.bitrate >= MOST


def test_a_line_that_widens_is_used_again():
    line = Line(capacity=300_000)
    line.runs(30)
    assert line.budget.bitrate < 500_000

    line.capacity = PLENTY
    line.runs(20)

    assert line.budget.bitrate >= MOST


def test_a_path_that_becomes_longer_is_not_taken_for_a_queue_for_ever():
    line = Line(capacity=PLENTY)
    line.runs(10)
    line._skew -= 0.3  # another route, say

    line.runs(2 * EMPTY_LINE_S + 30 * DRAIN_S)

    assert line.budget.bitrate >= MOST


def test_a_publisher_that_sends_nothing_is_not_judged():
    budget = Budget(0.0)

    budget.look(0, 1.0)
    budget.look(0, 1.0)

    assert budget.bitrate > MOST

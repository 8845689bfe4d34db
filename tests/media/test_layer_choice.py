"""Which layers a receiver's line can carry: pictures fall fast and climb slowly."""

from __future__ import annotations

from kiosk.media.plane.bandwidth.layer_choice import (
    LONGEST_PATIENCE_S,
    PATIENCE_S,
    QUEUE_S,
    TRIAL_S,
    LayerChoice,
    Picture,
)
from kiosk.media.plane.bandwidth.layer_choice import Line as Reported

RATES = (80_000.0, 200_000.0, 600_000.0)
ALL = (True, True, True)
LOW, MIDDLE, HIGH = 0, 1, 2
EVERY_S = 0.25


class Line:
    """A receiver and what its line carries; browsers remb half as much again as they get.

    Where more is sent than it carries, packets wait.
    """

    def __init__(self, *rungs: int, capacity: float = 10e6, usable: tuple[bool, ...] = ALL) -> None:
        self.now = 1000.0
        self.capacity = capacity
        self.loss = 0.0
        self.pictures = [Picture(rung, RATES, usable) for rung in rungs]
        self.choice = LayerChoice(self.now)
        self.choice.decide(self.pictures, Reported(None, 0.0, 0.03), self.now)
        self.story: list[tuple[int, ...]] = [tuple(rungs)]

    @property
    def rungs(self) -> tuple[int, ...]:
        return tuple(one.rung for one in self.pictures)

    def passes(self, seconds: float, *, remb: float | None = None) -> None:
        for _ in range(round(seconds / EVERY_S)):
            self.now += EVERY_S
            total = sum(one.rate for one in self.pictures)
            says = min(self.capacity, 1.5 * total + 10_000) if remb is None else remb
            rtt = 0.03 if total < min(self.capacity, says) else 0.03 + 3 * QUEUE_S
            self.choice.decide(self.pictures, Reported(says, self.loss, rtt), self.now)
            if self.rungs != self.story[-1]:
                self.story.append(self.rungs)


def test_a_good_line_climbs_to_the_top_one_rung_at_a_time():
    line = Line(LOW)

    line.passes(10)

    assert line.story == [(LOW,), (MIDDLE,), (HIGH,)]


def test_no_picture_climbs_before_the_first_remb():
    line = Line(MIDDLE)
    for _ in range(100):
        line.now += EVERY_S
        line.choice.decide(line.pictures, Reported(None, 0.0, None), line.now)

    assert line.rungs == (MIDDLE,)


def test_a_line_that_fills_up_falls_to_what_fits_within_five_seconds():
    line = Line(HIGH)
    line.passes(20)

    line.capacity = 120_000
    line.passes(5)

    assert line.story[:2] == [(HIGH,), (LOW,)]


def test_no_picture_falls_after_one_bad_second():
    line = Line(HIGH)
    line.passes(20)

    line.passes(1, remb=100_000)
    line.passes(5)

    assert line.story == [(HIGH,)]


def test_a_low_remb_is_ignored_without_queue_or_loss():
    line = Line(HIGH)
    for _ in range(100):
        line.now += EVERY_S
        line.choice.decide(line.pictures, Reported(5_000, 0.0, 0.03), line.now)

    assert line.rungs == (HIGH,)


def test_a_line_whose_remb_stays_too_low_is_tried_in_the_end():
    line = Line(LOW)
    for _ in range(round(20 / EVERY_S)):
        line.now += EVERY_S
        line.choice.decide(line.pictures, Reported(5_000, 0.0, 0.03), line.now)

    assert line.rungs == (HIGH,)


def test_pictures_fall_under_heavy_loss_whatever_the_remb():
    line = Line(HIGH)
    line.passes(20)

    line.loss = 0.2
    line.passes(5)

    assert line.story == [(HIGH,), (MIDDLE,), (LOW,)]


def test_pictures_neither_fall_nor_climb_under_a_little_loss():
    line = Line(MIDDLE)
    line.loss = 0.05

    line.passes(60)

    assert line.story == [(MIDDLE,)]


def test_a_line_between_two_rungs_is_tried_less_and_less_often():
    line = Line(MIDDLE, capacity=350_000)

    line.passes(600)

    tries = [story for story in line.story if story == (HIGH,)]
    assert 3 <= len(tries) <= 600 / LONGEST_PATIENCE_S + 6
    assert line.choice.patience_s == LONGEST_PATIENCE_S


def test_a_fall_long_after_a_climb_does_not_double_the_waiting_time():
    line = Line(MIDDLE, capacity=350_000)
    line.passes(60)
    line.capacity = 10e6
    line.passes(LONGEST_PATIENCE_S + TRIAL_S)
    assert line.rungs == (HIGH,)

    line.capacity = 250_000
    line.passes(5)

    assert line.rungs == (MIDDLE,)
    assert line.choice.patience_s == 2 * PATIENCE_S


def test_a_poor_line_that_recovers_gets_the_whole_picture_again():
    line = Line(HIGH)
    line.passes(20)
    line.capacity = 100_000
    line.passes(10)
    assert line.rungs == (LOW,)

    line.capacity = 10e6
    line.passes(60)

    assert line.rungs == (HIGH,)


def test_of_several_pictures_the_one_with_the_highest_bitrate_falls_first():
    line = Line(HIGH, HIGH, LOW)
    line.passes(2, remb=900_000)  # too little for 1.28 Mbit/s, enough for one large picture

    assert sorted(line.rungs) == [LOW, MIDDLE, HIGH]


def test_all_pictures_that_surely_fit_climb_at_once():
    line = Line(LOW, LOW, LOW)

    line.passes(PATIENCE_S, remb=5e6)

    assert line.rungs == (MIDDLE, MIDDLE, MIDDLE)


def test_a_layer_without_packets_is_replaced_by_the_next_lower_one():
    line = Line(HIGH, usable=(True, True, False))
    assert line.rungs == (MIDDLE,)

    line.passes(60)

    assert line.rungs == (MIDDLE,)


def test_a_slow_line_gets_the_large_picture_when_there_is_no_other():
    line = Line(LOW, capacity=50_000, usable=(False, False, True))

    line.passes(60)

    assert line.rungs == (HIGH,)


def test_a_publisher_without_usable_layers_keeps_its_rung():
    line = Line(MIDDLE, usable=(False, False, False))

    line.passes(10)

    assert line.rungs == (MIDDLE,)


def test_the_next_picture_falls_when_the_largest_cannot():
    line = Line(HIGH, MIDDLE)
    line.pictures[0].usable = (False, False, True)

    line.passes(3, remb=500_000)

    assert line.rungs == (HIGH, LOW)

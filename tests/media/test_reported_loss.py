"""The worst word on a stream holds for a while, then the next one."""

from __future__ import annotations

from kiosk.media.plane.streams.reported_loss import HELD_S, Missed


def test_nobody_has_said_anything():
    assert Missed().worst(0.0) == 0


def test_the_worst_word_holds():
    missed = Missed()
    missed.said(30, 1.0)
    missed.said(5, 2.0)

    assert missed.worst(2.0) == 30


def test_a_worse_one_counts_at_once():
    missed = Missed()
    missed.said(5, 1.0)
    missed.said(30, 2.0)

    assert missed.worst(2.0) == 30


def test_an_old_one_gives_way_to_the_next():
    missed = Missed()
    missed.said(30, 1.0)
    missed.said(5, 1.0 + HELD_S)

    assert missed.worst(1.0 + HELD_S) == 5


def test_who_says_nothing_more_misses_nothing_more():
    missed = Missed()
    missed.said(30, 1.0)

    assert missed.worst(1.0 + HELD_S) == 0

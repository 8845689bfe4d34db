"""The worst word on a stream holds for a while, then the next one."""

from __future__ import annotations

from kiosk.media.plane.streams.reported_loss import REPORT_LIFETIME_S, ReportedLoss


def test_nobody_has_said_anything():
    assert ReportedLoss().worst(0.0) == 0


def test_the_worst_word_holds():
    loss = ReportedLoss()
    loss.reported(30, 1.0)
    loss.reported(5, 2.0)

    assert loss.worst(2.0) == 30


def test_a_worse_one_counts_at_once():
    loss = ReportedLoss()
    loss.reported(5, 1.0)
    loss.reported(30, 2.0)

    assert loss.worst(2.0) == 30


def test_an_old_one_gives_way_to_the_next():
    loss = ReportedLoss()
    loss.reported(30, 1.0)
    loss.reported(5, 1.0 + REPORT_LIFETIME_S)

    assert loss.worst(1.0 + REPORT_LIFETIME_S) == 5


def test_who_says_nothing_more_misses_nothing_more():
    loss = ReportedLoss()
    loss.reported(30, 1.0)

    assert loss.worst(1.0 + REPORT_LIFETIME_S) == 0

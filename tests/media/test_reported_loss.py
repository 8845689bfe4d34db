"""The worst loss reported on a stream counts until it is too old."""

from __future__ import annotations

from kiosk.media.plane.streams.reported_loss import REPORT_LIFETIME_S, ReportedLoss


def test_without_a_report_the_loss_is_zero():
    assert ReportedLoss().worst(0.0) == 0


def test_the_worst_report_counts():
    loss = ReportedLoss()
    loss.reported(30, 1.0)
    loss.reported(5, 2.0)

    assert loss.worst(2.0) == 30


def test_a_worse_report_counts_at_once():
    loss = ReportedLoss()
    loss.reported(5, 1.0)
    loss.reported(30, 2.0)

    assert loss.worst(2.0) == 30


def test_an_old_report_is_replaced_by_the_next():
    loss = ReportedLoss()
    loss.reported(30, 1.0)
    loss.reported(5, 1.0 + REPORT_LIFETIME_S)

    assert loss.worst(1.0 + REPORT_LIFETIME_S) == 5


def test_an_old_report_is_ignored():
    loss = ReportedLoss()
    loss.reported(30, 1.0)

    assert loss.worst(1.0 + REPORT_LIFETIME_S) == 0

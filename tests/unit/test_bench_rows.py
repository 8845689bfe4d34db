"""The bench borrows drivers from the tests: this fails when a driver changes."""

from __future__ import annotations

from bench.rows import GROUPS


def test_every_row_of_the_bench_can_still_be_asked_for():
    rows = [measure for group in GROUPS.values() for measure in group.values()]

    assert rows
    assert all(callable(measure) for measure in rows)

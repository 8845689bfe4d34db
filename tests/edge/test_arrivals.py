"""A few citizens who arrive at once meet no fault; ``make arrivals`` lets a hundred come."""

from __future__ import annotations

import pytest

from bench.arrivals.run import DATABASES, measure


@pytest.mark.parametrize("database", DATABASES)
def test_citizens_who_arrive_at_once_meet_no_fault(database: str) -> None:
    met = measure(database, citizens=4, within_s=1)

    assert met.wrong == []
    assert met.arrived == 4
    assert min(len(met.tally.times[kind]) for kind in ("page", "write", "state")) >= 4

"""``make soak`` in short: many joins and leaves leave nothing behind; the slope is computed."""

from __future__ import annotations

from pathlib import Path

import pytest

from bench.soak import soak_for
from bench.trend import Sample, read, summary, trend

WAYS = ("hang up", "leave", "reload")
"""Those the plane hears of at once; the others are waited for, up to a minute."""


def sample(at: float, rss: int) -> Sample:
    return Sample(at, rss, 1, 8, at / 10, 4, 2, 0, 0, 0, 0, 0, 0)


def test_the_slope_is_that_of_the_line_after_the_warm_up():
    warm_up = [sample(at, 50_000 + 40 * at) for at in range(0, 600, 10)]
    steady = [sample(at, 80_000 + at // 10 + at % 20) for at in range(600, 3600, 10)]

    found = trend(warm_up + steady, warm_up_s=600)

    assert found.per_hour == pytest.approx(360, abs=5)
    assert found.samples == 300
    assert 0 < found.error < 5


def test_two_samples_give_no_slope():
    with pytest.raises(ValueError, match="too few"):
        trend([sample(0, 1), sample(10, 1)], warm_up_s=0)


async def test_after_many_joins_and_leaves_nothing_is_left(tmp_path: Path):
    file = tmp_path / "soak.jsonl"

    wrong = await soak_for(3, file, calls=2, every_s=0.4, ways=WAYS, sample_every_s=0.3)

    assert wrong == []
    samples = read(file)
    assert samples[0].rss > 10_000
    assert "kB/hour" in summary(samples, trend(samples, warm_up_s=0))

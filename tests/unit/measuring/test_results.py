"""What a measurement is worth: ratios of neighbours, bounds, and a record that keeps the rest."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from bench import report
from bench.results import Result, ratio


def test_a_ratio_is_taken_between_neighbours_so_a_slowing_machine_spoils_nothing():
    found = ratio("work", [10, 20, 40], [20, 40, 80], reading_unit="µs", must=0.6, aim=0.4)

    assert found.figure == 0.5
    assert found.verdict == "must"


@pytest.mark.parametrize(
    ("figure", "more_is_better", "verdict"),
    [
        (0.4, False, "aim"),
        (0.5, False, "aim"),
        (0.7, False, "must"),
        (0.9, False, "MISSED"),
        (0.4, True, "MISSED"),
    ],
)
def test_a_bound_is_kept_or_missed(figure: float, more_is_better: bool, verdict: str):
    must, aim = (0.5, 0.8) if more_is_better else (0.8, 0.5)

    found = Result("work", figure, "ms", must, aim, more_is_better=more_is_better)

    assert found.verdict == verdict


def test_what_is_measured_anew_replaces_its_old_line_and_no_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(report, "RECORD", tmp_path / "record.json")
    monkeypatch.setattr(report, "DOCUMENT", tmp_path / "document.md")
    report.DOCUMENT.write_text(f"before\n{report.BEGIN}\n{report.END}\nafter\n")
    both = [Result("walking", 5, "km/h", 4), Result("running", 9, "km/h", 8)]
    report.record(both, date(2026, 11, 20), urgent=False)

    report.record([Result("walking", 6, "km/h", 4)], date(2026, 11, 21), urgent=True)

    document = report.DOCUMENT.read_text()
    assert document.startswith("before\n")
    assert document.endswith("after\n")
    assert "Taken 2026-11-20 to 2026-11-21." in document
    assert "with `--urgent`: walking." in document
    assert [line for line in document.splitlines() if "km/h" in line] == [
        "| walking |      |      | 6 km/h | ≤ 4  |     | MISSED  |",
        "| running |      |      | 9 km/h | ≤ 8  |     | MISSED  |",
    ]

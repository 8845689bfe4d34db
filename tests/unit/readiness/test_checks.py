"""One file a check: what each declares, its thresholds to the last step, what the page gets."""

from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path

import pytest

from kiosk.readiness import checks
from kiosk.readiness.checks import CHECKS, camera
from kiosk.readiness.verdicts import judge
from kiosk.readiness.vocabulary import Figure, Level, Passes, Use

FOLDER = Path(checks.__file__).parent
BEST = {
    "picture": {"luma": 110.0, "black_share": 0.0, "frozen_share": 0.0, "fps": 30.0},
    "voice": {"level_dbfs": -20.0, "heard_s": 3.0},
    "network": {
        "loss_percent": 0.0,
        "rtt_ms": 40.0,
        "jitter_ms": 4.0,
        "up_kbps": 900.0,
        "down_kbps": 900.0,
    },
}
MEASURED = [
    (check.id, name, figure) for check in CHECKS.values() for name, figure in check.figures.items()
]
IDS = [f"{check}-{name}" for check, name, _ in MEASURED]

LIMITS = {
    "luma": (Passes.AT_LEAST, 50, 20),
    "black_share": (Passes.BELOW, 0.2, 1 / 3),
    "frozen_share": (Passes.BELOW, 0.2, 1 / 3),
    "fps": (Passes.AT_LEAST, 12, 5),
    "level_dbfs": (Passes.ABOVE, -45, -60),
    "heard_s": (Passes.ABOVE, 0.4, 0.1),
    "loss_percent": (Passes.BELOW, 3, 8),
    "rtt_ms": (Passes.BELOW, 250, 600),
    "jitter_ms": (Passes.BELOW, 30, 60),
    "up_kbps": (Passes.AT_LEAST, 500, 100),
    "down_kbps": (Passes.AT_LEAST, 500, 100),
}
"""The limits once more: tuning one is a decision, not a slip."""

RANGES = {
    "luma": (0, 255),
    "black_share": (0, 1),
    "frozen_share": (0, 1),
    "fps": (0, 480),
    "level_dbfs": (-200, 0),
    "heard_s": (0, 600),
    "loss_percent": (0, 100),
    "rtt_ms": (0, 60_000),
    "jitter_ms": (0, 60_000),
    "up_kbps": (0, 1_000_000),
    "down_kbps": (0, 1_000_000),
}
"""What a page can measure; anything else is refused."""

ASKING = {"answer_within_ms": 20_000, "look_every_ms": 1_500}
CONSTANTS = {
    "device": {
        "oldest": {
            "chrome": 108,
            "edge": 108,
            "firefox": 115,
            "safari": 16,
            "samsung": 21,
            "opera": 94,
        }
    },
    "camera": ASKING,
    "microphone": ASKING,
    "picture": {
        "black_luma": 20,
        "frozen_difference": 0.04,
        "frame_width": 32,
        "frame_height": 24,
        "look_every_ms": 150,
        "looks_needed": 10,
        "looks_kept": 20,
        "first_report_ms": 2_200,
        "first_frame_within_ms": 8_000,
        "report_every_ms": 3_500,
    },
    "voice": {
        "listen_every_ms": 50,
        "listenings_kept": 400,
        "heard_dbfs": -50,
        "word_s": 0.4,
        "bar_from_dbfs": -60,
        "bar_to_dbfs": -12,
        "silent_after_ms": 5_000,
    },
    "sound": {},
    "network": {
        "measure_s": 6,
        "at_most_ms": 30_000,
        "probe_bps": 800_000,
        "warm_up_ms": 1_500,
        "read_every_ms": 500,
        "best_readings": 3,
        "climbing_factor": 1.1,
        "climbs_for_ms": 6_000,
    },
}
"""What pages measure with, once more for the same reason."""


def test_every_file_of_the_package_is_a_check_in_the_order_of_the_path():
    files = {file.stem for file in FOLDER.glob("*.py")} - {"__init__"}

    assert set(CHECKS) == files
    assert list(CHECKS) == [
        "device",
        "camera",
        "microphone",
        "picture",
        "voice",
        "sound",
        "network",
    ]


def test_a_check_whose_id_is_not_the_name_of_its_file_is_refused(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(camera, "CHECK", replace(camera.CHECK, id="webcam"))

    with pytest.raises(TypeError, match="name of its file"):
        checks._discover()


@pytest.mark.parametrize("check", CHECKS.values(), ids=CHECKS)
def test_no_result_of_a_check_has_two_meanings(check: checks.Check):
    names = [*check.outcomes, *check.failures, "skipped"]

    assert len(names) == len(set(names))
    assert "good" in check.outcomes
    assert all(outcome.level != Level.GOOD for outcome in check.failures.values())


@pytest.mark.parametrize(("check", "name", "figure"), MEASURED, ids=IDS)
def test_thresholds_have_units_and_sources_and_lie_inside_the_range(
    check: str, name: str, figure: Figure
):
    threshold = figure.threshold

    assert (threshold.passes, threshold.good, threshold.fair) == LIMITS[name]
    assert figure.unit
    assert threshold.source
    assert figure.least < min(threshold.good, threshold.fair)
    assert max(threshold.good, threshold.fair) < figure.most


@pytest.mark.parametrize("limit", ["good", "fair"])
@pytest.mark.parametrize(("check", "name", "figure"), MEASURED, ids=IDS)
def test_a_verdict_changes_exactly_at_its_threshold(
    check: str, name: str, figure: Figure, limit: str
):
    threshold = figure.threshold
    value = float(getattr(threshold, limit))
    better, worse = (Level.GOOD, Level.FAIR) if limit == "good" else (Level.FAIR, Level.BAD)
    upwards = threshold.passes != Passes.BELOW
    above = math.nextafter(value, math.inf)
    below = math.nextafter(value, -math.inf)

    def level(measured: float) -> Level:
        return judge(check, {**BEST[check], name: measured}).level

    assert level(above) == (better if upwards else worse)
    assert level(below) == (worse if upwards else better)
    assert level(value) == (better if threshold.passes == Passes.AT_LEAST else worse)


def test_the_page_measures_with_the_values_that_judge():
    page = checks.for_page()

    assert page["picture"]["black_luma"] == CHECKS["picture"].figures["luma"].threshold.fair == 20
    assert page["voice"]["figures"]["heard_s"] == {
        "least": 0,
        "most": 600,
        "good": 0.4,
        "fair": 0.1,
    }
    assert page["device"]["oldest"]["firefox"] == 115
    for check in CHECKS.values():
        for name, figure in check.figures.items():
            sent = page[check.id]["figures"][name]
            assert (sent["least"], sent["most"]) == (figure.least, figure.most)
            assert (sent["good"], sent["fair"]) == (figure.threshold.good, figure.threshold.fair)


def test_the_page_measures_in_known_ranges_with_known_constants():
    page = checks.for_page()

    assert {
        name: (figure["least"], figure["most"])
        for check in page.values()
        for name, figure in check["figures"].items()
    } == RANGES
    assert {
        check: {key: value for key, value in sent.items() if key not in ("figures", "uses")}
        for check, sent in page.items()
    } == CONSTANTS


@pytest.mark.parametrize("check", CHECKS.values(), ids=CHECKS)
def test_the_page_knows_what_each_failure_leaves_to_use(check: checks.Check):
    uses = check.for_page()["uses"]

    for error in check.failures:
        assert uses.get(error, Use.VIDEO) == judge(check.id, error=error).use
    assert "good" not in uses
    assert "skipped" not in uses


@pytest.mark.parametrize("check", CHECKS.values(), ids=CHECKS)
def test_constants_of_the_measurement_say_their_unit_and_source(check: checks.Check):
    assert all(constant.unit and constant.source for constant in check.constants.values())

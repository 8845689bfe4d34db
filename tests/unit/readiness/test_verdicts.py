"""What the figures of a check mean: boundaries, order, and what is refused."""

from __future__ import annotations

import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.errors import KioskError
from kiosk.readiness.checks import CHECKS
from kiosk.readiness.verdicts import best_use, codes, judge, use_after, verdict_of
from kiosk.readiness.vocabulary import Level, Use

GOOD_NETWORK = {
    "loss_percent": 0.0,
    "rtt_ms": 40.0,
    "jitter_ms": 4.0,
    "up_kbps": 900.0,
    "down_kbps": 900.0,
}
GOOD_PICTURE = {"luma": 110.0, "black_share": 0.0, "frozen_share": 0.0, "fps": 30.0}
GOOD_VOICE = {"level_dbfs": -20.0, "heard_s": 3.0}
GOOD = {"network": GOOD_NETWORK, "picture": GOOD_PICTURE, "voice": GOOD_VOICE}
MORE_IS_BETTER = {"up_kbps", "down_kbps", "luma", "fps", "level_dbfs", "heard_s"}
ORDER = [Level.GOOD, Level.FAIR, Level.BAD]
USES = [Use.VIDEO, Use.AUDIO, Use.PHONE]

MEASURED = [(check, name) for check in GOOD for name in CHECKS[check].figures]


@pytest.mark.parametrize("check", list(CHECKS))
def test_a_check_that_went_well_keeps_the_picture(check: str):
    verdict = judge(check, GOOD.get(check, {}))

    assert (verdict.level, verdict.code, verdict.use) == (Level.GOOD, f"{check}.good", Use.VIDEO)


@pytest.mark.parametrize(
    ("figure", "value", "level", "use"),
    [
        ("loss_percent", 2.99, Level.GOOD, Use.VIDEO),
        ("loss_percent", 3, Level.FAIR, Use.VIDEO),
        ("loss_percent", 7.99, Level.FAIR, Use.VIDEO),
        ("loss_percent", 8, Level.BAD, Use.PHONE),
        ("rtt_ms", 249, Level.GOOD, Use.VIDEO),
        ("rtt_ms", 250, Level.FAIR, Use.VIDEO),
        ("rtt_ms", 600, Level.BAD, Use.PHONE),
        ("jitter_ms", 29, Level.GOOD, Use.VIDEO),
        ("jitter_ms", 30, Level.FAIR, Use.VIDEO),
        ("jitter_ms", 60, Level.BAD, Use.PHONE),
        ("up_kbps", 500, Level.GOOD, Use.VIDEO),
        ("up_kbps", 499, Level.FAIR, Use.VIDEO),
        ("up_kbps", 100, Level.FAIR, Use.VIDEO),
        ("up_kbps", 99, Level.BAD, Use.PHONE),
        ("down_kbps", 499, Level.FAIR, Use.VIDEO),
    ],
)
def test_each_figure_of_the_network_has_its_limits(
    figure: str, value: float, level: Level, use: Use
):
    verdict = judge("network", {**GOOD_NETWORK, figure: value})

    assert (verdict.level, verdict.use) == (level, use)


@pytest.mark.parametrize(
    ("figures", "code"),
    [
        ({"luma": 20}, "picture.dark"),
        ({"luma": 19}, "picture.black"),
        ({"black_share": 0.5}, "picture.black"),
        ({"frozen_share": 0.9}, "picture.frozen"),
        ({"luma": 3, "frozen_share": 1}, "picture.black"),
        ({"fps": 8}, "picture.slow"),
        ({"fps": 4}, "picture.frozen"),
    ],
)
def test_a_covered_a_dark_and_a_frozen_picture_are_told_apart(figures: dict[str, float], code: str):
    assert judge("picture", {**GOOD_PICTURE, **figures}).code == code


@pytest.mark.parametrize(
    ("figures", "code"),
    [
        ({"level_dbfs": -50}, "voice.quiet"),
        ({"level_dbfs": -60}, "voice.silent"),
        ({"heard_s": 0}, "voice.silent"),
        ({"heard_s": 0.3}, "voice.quiet"),
    ],
)
def test_a_quiet_and_a_silent_microphone_are_told_apart(figures: dict[str, float], code: str):
    assert judge("voice", {**GOOD_VOICE, **figures}).code == code


@given(data=st.data(), measured=st.sampled_from(MEASURED))
def test_worse_figures_never_give_a_better_verdict(data: st.DataObject, measured: Any):
    check, name = measured
    figures = {
        key: data.draw(st.floats(figure.least, figure.most), label=key)
        for key, figure in CHECKS[check].figures.items()
    }
    rule = CHECKS[check].figures[name]
    worse = (
        st.floats(rule.least, figures[name])
        if name in MORE_IS_BETTER
        else st.floats(figures[name], rule.most)
    )

    before = judge(check, figures)
    after = judge(check, {**figures, name: data.draw(worse, label="worse")})

    assert ORDER.index(after.level) >= ORDER.index(before.level)
    assert USES.index(after.use) >= USES.index(before.use)


@pytest.mark.parametrize(
    "value", [math.nan, math.inf, -math.inf, -1, 1e300, "12", None, True, [], {}]
)
@pytest.mark.parametrize("name", sorted(GOOD_NETWORK))
def test_figures_no_page_could_measure_are_refused(name: str, value: object):
    with pytest.raises(KioskError, match=r"check\.bad_figures"):
        judge("network", {**GOOD_NETWORK, name: value})


@pytest.mark.parametrize(
    "figures",
    [None, {}, [], "figures", 12, {"loss_percent": 1}, {**GOOD_NETWORK, "more": 1.0}],
)
def test_missing_and_unknown_figures_are_refused(figures: object):
    with pytest.raises(KioskError, match=r"check\.bad_figures"):
        judge("network", figures)


@pytest.mark.parametrize("error", ["", "good", "quantum", 3, ["denied"], {"denied": 1}, False])
def test_an_error_we_do_not_know_is_refused(error: object):
    with pytest.raises(KioskError, match=r"check\.bad_figures"):
        judge("camera", error=error)


def test_figures_and_an_error_together_are_refused():
    with pytest.raises(KioskError, match=r"check\.bad_figures"):
        judge("network", GOOD_NETWORK, "blocked")


@pytest.mark.parametrize("check", ["", "Camera", "assist", "network.good"])
def test_a_check_that_does_not_exist_is_refused(check: str):
    with pytest.raises(KioskError, match=r"check\.unknown"):
        judge(check, {})


def test_a_refused_camera_leaves_the_sound_and_a_refused_microphone_the_telephone():
    camera = judge("camera", error="denied")
    microphone = judge("microphone", error="denied")

    assert (camera.level, camera.use) == (Level.REFUSED, Use.AUDIO)
    assert (microphone.level, microphone.use) == (Level.REFUSED, Use.PHONE)


@pytest.mark.parametrize("check", list(CHECKS))
def test_passing_over_a_check_lowers_nothing(check: str):
    verdict = judge(check, error="skipped")

    assert (verdict.level, verdict.use) == (Level.SKIPPED, Use.VIDEO)


def test_the_call_uses_the_least_that_any_check_left():
    assert best_use([Use.VIDEO, Use.AUDIO, Use.VIDEO]) == Use.AUDIO
    assert best_use([Use.AUDIO, Use.PHONE]) == Use.PHONE
    assert best_use([]) == Use.VIDEO


def test_every_failure_has_a_code_and_no_code_comes_twice():
    listed = codes()

    failures = {
        judge(check, error=error).code for check, rule in CHECKS.items() for error in rule.failures
    }
    assert failures <= set(listed)
    assert len(listed) == len(set(listed))


@given(data=st.data(), check=st.sampled_from(list(GOOD)))
def test_a_verdict_kept_by_its_code_alone_still_says_what_it_left(data: st.DataObject, check: str):
    figures = {
        key: data.draw(st.floats(figure.least, figure.most), label=key)
        for key, figure in CHECKS[check].figures.items()
    }

    verdict = judge(check, figures)

    assert use_after(verdict.code) == verdict.use
    assert verdict.code in codes()


def test_a_failure_kept_by_its_code_alone_still_says_what_it_left():
    for check, rule in CHECKS.items():
        for error in rule.failures:
            assert use_after(f"{check}.{error}") == judge(check, error=error).use
    assert use_after("camera.skipped") == use_after("unknown.code") == Use.VIDEO


def test_a_code_that_no_check_gives_has_no_verdict():
    assert verdict_of("camera.denied") == judge("camera", error="denied")
    for code in ("camera.quantum", "tea.good", "camera", ""):
        assert verdict_of(code) is None


# -- what a browser cannot measure (decision 0290) -----------------------------------------------

UNMEASURED = "not_measured"


@pytest.mark.parametrize("check", list(GOOD))
def test_a_browser_that_can_measure_nothing_lowers_nothing(check: str):
    by_figures = judge(check, dict.fromkeys(GOOD[check], UNMEASURED))
    by_name = judge(check, error=UNMEASURED)

    assert by_figures == by_name
    assert (by_name.level, by_name.use) == (Level.UNKNOWN, Use.VIDEO)
    assert use_after(by_name.code) == Use.VIDEO


@given(data=st.data(), measured=st.sampled_from(MEASURED))
def test_a_figure_that_is_not_measured_never_gives_a_worse_verdict(
    data: st.DataObject, measured: Any
):
    check, name = measured
    figures = {
        key: data.draw(st.floats(figure.least, figure.most), label=key)
        for key, figure in CHECKS[check].figures.items()
    }

    before = judge(check, figures)
    after = judge(check, {**figures, name: UNMEASURED})

    assert after.level == Level.UNKNOWN or ORDER.index(after.level) <= ORDER.index(before.level)
    assert USES.index(after.use) <= USES.index(before.use)


@pytest.mark.parametrize(
    ("check", "unknown", "code"),
    [
        ("picture", ["fps"], "picture.good"),
        ("picture", ["luma", "black_share", "frozen_share"], "picture.not_measured"),
        ("voice", ["heard_s"], "voice.not_measured"),
        ("network", ["rtt_ms", "jitter_ms"], "network.good"),
    ],
)
def test_a_check_is_good_only_when_enough_of_it_was_measured(
    check: str, unknown: list[str], code: str
):
    assert judge(check, {**GOOD[check], **dict.fromkeys(unknown, UNMEASURED)}).code == code


def test_a_bad_figure_counts_though_others_were_not_measured():
    figures = {**dict.fromkeys(GOOD_PICTURE, UNMEASURED), "fps": 2.0}

    assert judge("picture", figures).code == "picture.frozen"


def test_a_tune_that_the_browser_cannot_play_takes_nothing_from_the_call():
    verdict = judge("sound", error="unsupported")

    assert (verdict.level, verdict.use) == (Level.UNKNOWN, Use.VIDEO)


@pytest.mark.parametrize("check", ["device", "camera", "microphone", "sound"])
def test_a_check_without_figures_cannot_be_left_unmeasured(check: str):
    with pytest.raises(KioskError, match=r"check\.bad_figures"):
        judge(check, error=UNMEASURED)

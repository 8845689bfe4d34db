"""The steps of the way in, as data."""

from __future__ import annotations

import pytest

from kiosk.citizen import screens
from kiosk.readiness.checks import CHECKS
from kiosk.visits import steps


def test_the_steps_are_walked_from_the_first_step_to_the_last():
    walked = [steps.FIRST]
    while walked[-1].next:
        walked.append(steps.after(walked[-1]))

    assert tuple(walked) == steps.STEPS
    assert steps.after(steps.END) == steps.END


def test_steps_are_counted_from_one_and_the_good_bye_is_outside():
    assert [step.number for step in steps.STEPS] == [*range(1, steps.TOTAL + 1), 0]


def test_each_check_has_exactly_one_step():
    assert [check for step in steps.STEPS for check in step.checks] == list(CHECKS)


def test_a_step_has_the_name_of_the_first_check_it_runs():
    running = [step for step in steps.STEPS if step.checks]

    assert [step.id for step in running] == [step.checks[0] for step in running]


def test_every_check_can_be_passed_over():
    assert all(step.can_be_passed for step in steps.STEPS if step.checks)


def test_each_step_has_one_screen_with_an_address_of_its_own():
    assert [screen.step for screen in screens.SCREENS] == list(steps.STEPS)
    assert len(screens.BY_SLUG) == len(steps.STEPS)


def test_the_page_asks_after_ninety_seconds_after_ten_minutes_of_waiting_or_never():
    limits = {step.id: step.time_limit_s for step in steps.STEPS}

    assert {limits.pop("call"), limits.pop("end")} == {0}
    assert limits.pop("waiting_room") == 600
    assert set(limits.values()) == {90}


def test_the_first_and_the_last_steps_cannot_be_passed_over():
    kept = [step.id for step in steps.STEPS if not step.can_be_passed]

    assert kept == ["welcome", "waiting_room", "call", "end"]


@pytest.mark.parametrize("code", ["step.welcome", "step.end", "camera.denied", "network.poor"])
def test_reasons_for_being_stuck_are_steps_and_verdicts(code: str):
    assert steps.is_reason(code)


@pytest.mark.parametrize("code", ["", "step.", "step.nowhere", "camera.", "tea.cold", "camera.<b>"])
def test_anything_else_is_no_reason(code: str):
    assert not steps.is_reason(code)

"""The steps of the path, as data."""

from __future__ import annotations

import pytest

from kiosk.citizen import steps
from kiosk.readiness.checks import CHECKS


def test_the_path_is_walked_from_the_first_step_to_the_last():
    walked = [steps.FIRST]
    while walked[-1].next:
        walked.append(steps.after(walked[-1]))

    assert tuple(walked) == steps.STEPS
    assert steps.after(steps.END) == steps.END


def test_steps_are_counted_from_one_and_the_good_bye_is_outside():
    assert [step.number for step in steps.STEPS] == [*range(1, steps.TOTAL + 1), 0]


def test_each_check_has_exactly_one_step():
    assert [step.check for step in steps.STEPS if step.check] == list(CHECKS)


def test_a_step_is_named_as_the_check_it_runs():
    assert [step.id for step in steps.STEPS if step.check] == list(CHECKS)


def test_every_check_can_be_passed_over():
    assert all(step.can_be_passed for step in steps.STEPS if step.check)


@pytest.mark.parametrize("code", ["step.welcome", "step.end", "camera.denied", "network.poor"])
def test_reasons_for_being_stuck_are_steps_and_verdicts(code: str):
    assert steps.is_reason(code)


@pytest.mark.parametrize("code", ["", "step.", "step.nowhere", "camera.", "tea.cold", "camera.<b>"])
def test_anything_else_is_no_reason(code: str):
    assert not steps.is_reason(code)

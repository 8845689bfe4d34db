"""Every code an agent may meet has words, in the order of the citizen's path."""

from __future__ import annotations

import pytest

from kiosk.agent import words
from kiosk.agent.findings import CHECK_NAMES, FINDINGS, LEVELS
from kiosk.calls.model import Refusal
from kiosk.readiness.checks import CHECKS
from kiosk.readiness.verdicts import codes
from kiosk.readiness.vocabulary import Level
from kiosk.visits import steps


def test_every_verdict_has_a_sentence_and_no_sentence_is_left_over():
    assert set(FINDINGS) == set(codes())


def test_every_check_and_every_level_has_a_name():
    assert list(CHECK_NAMES) == list(CHECKS)
    assert set(LEVELS) == set(Level)


def test_every_reason_for_not_letting_in_has_a_sentence():
    assert set(words.REFUSALS) == set(Refusal)


def test_the_steps_are_those_of_the_path_in_the_same_order():
    assert list(words.STEPS) == [step.id for step in steps.STEPS]
    assert steps.TOTAL == words.STEPS_COUNTED


@pytest.mark.parametrize("step", [step.id for step in steps.STEPS])
def test_where_somebody_stands_is_counted_as_they_see_it(step: str):
    counted = steps.BY_ID[step].number or len(steps.STEPS)

    assert words.step_number(step) == counted

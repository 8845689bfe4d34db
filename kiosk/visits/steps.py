"""The steps of the way in, as data: their order, the checks that each runs, their time limits.

A new step is a row here, a row in ``citizen/screens.py`` (title and address), a template in
``templates/citizen/steps/`` and, when it does something, a class in ``static/js/visit/steps/``.
A step that runs checks has the name of the first of them (decision 0230).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from kiosk.readiness.checks import CHECKS

MINUTE_S = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One screen of the way in. ``number`` counts from 1; 0 is not counted."""

    id: str
    checks: tuple[str, ...] = ()
    """The checks this step runs, in this order: ids of :mod:`kiosk.readiness`."""
    time_limit_s: int = 90
    """How long somebody may stay before the page asks whether they need help; 0 is no limit."""
    can_be_passed: bool = True
    number: int = 0
    next: str = ""
    """The id of the step after this one; empty for the last."""


_ROWS = (
    Step(id="welcome", can_be_passed=False),
    Step(id="what_happens"),
    Step(id="device", checks=("device",)),
    Step(id="camera", checks=("camera",)),
    Step(id="microphone", checks=("microphone",)),
    Step(id="picture", checks=("picture",)),
    Step(id="voice", checks=("voice",)),
    Step(id="sound", checks=("sound",)),
    Step(id="network", checks=("network",)),
    Step(id="name"),
    Step(id="waiting_room", time_limit_s=10 * MINUTE_S, can_be_passed=False),
    Step(id="call", time_limit_s=0, can_be_passed=False),
    Step(id="end", time_limit_s=0, can_be_passed=False),
)

TOTAL = len(_ROWS) - 1
"""How many steps are counted; the good-bye after the call is not one more thing to do."""


def _numbered() -> Iterator[Step]:
    for place, row in enumerate(_ROWS):
        is_last = place == TOTAL
        number, follower = (0, "") if is_last else (place + 1, _ROWS[place + 1].id)
        yield replace(row, number=number, next=follower)


STEPS = tuple(_numbered())
BY_ID = {step.id: step for step in STEPS}

FIRST, WAITING, CALL, END = STEPS[0], BY_ID["waiting_room"], BY_ID["call"], STEPS[-1]
DEVICE = BY_ID["device"]
"""The first step that looks at the device in use."""


def is_after(step_id: str, other: Step) -> bool:
    """Tell whether a step comes after another one; an unknown one comes before all."""
    step = BY_ID.get(step_id, FIRST)
    return STEPS.index(step) > STEPS.index(other)


def after(step: Step) -> Step:
    """Return the step that follows; the last one follows itself."""
    return BY_ID.get(step.next, step)


def is_reason(code: str) -> bool:
    """Tell whether a code may be why somebody is stuck: on a step, or after a check's verdict."""
    about, _dot, what = code.partition(".")
    if about == "step":
        return what in BY_ID
    return about in CHECKS and what.isascii() and what.replace("_", "").isalpha()

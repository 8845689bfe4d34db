"""Verdicts: what the figures of a check, or its failure, mean for the call."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from kiosk.errors import KioskError
from kiosk.readiness.checks import CHECKS
from kiosk.readiness.vocabulary import NOT_MEASURED, Check, Figure, Level, Outcome, Use

_FROM_MOST_TO_LEAST = (Use.VIDEO, Use.AUDIO, Use.PHONE)


@dataclass(frozen=True, slots=True)
class Verdict:
    """How a check went.

    ``code`` is stable, ``<check>.<what>``, and names the sentence; ``advice`` names what to do and
    is shared by verdicts that ask the same of a person; ``use`` is the most that is left to use.
    """

    level: Level
    code: str
    advice: str
    use: Use


def judge(check: str, figures: object = None, error: object = None) -> Verdict:
    """Judge what a page measured (``figures``: name to number) or why it could not (``error``).

    A figure that the page's browser cannot measure is ``not_measured``, never a number and never a
    bad sign (decision 0290). Raises KioskError ``check.unknown``, or ``check.bad_figures`` for a
    missing, unknown, infinite or impossible figure, an unknown error, or both at once: a page of
    ours never sends them.
    """
    known = CHECKS.get(check)
    if known is None:
        raise KioskError("check.unknown")
    if error is not None:
        return _failed(known, error, figures)
    given = _checked(known, figures)
    levels = {name: _level(figure, given[name]) for name, figure in known.figures.items()}
    is_unknown = bool(levels) and set(levels.values()) == {Level.UNKNOWN}
    what = NOT_MEASURED if is_unknown else known.verdict(levels)
    return _verdict(known, what, known.results()[what])


def verdict_of(code: str) -> Verdict | None:
    """Return the verdict that had this code; None for a code that no check gives."""
    name, _dot, what = code.partition(".")
    check = CHECKS.get(name)
    outcome = check.results().get(what) if check else None
    return _verdict(check, what, outcome) if check and outcome else None


def best_use(uses: Iterable[Use]) -> Use:
    """Return what the whole call can use: the least that any check left."""
    return max(uses, key=_FROM_MOST_TO_LEAST.index, default=Use.VIDEO)


def use_after(code: str) -> Use:
    """Return what a verdict known by its code alone left to use; an unknown one lowers nothing."""
    verdict = verdict_of(code)
    return verdict.use if verdict else Use.VIDEO


def codes() -> list[str]:
    """List every code a verdict may have, so that edges can check they have words for all."""
    return [f"{check.id}.{what}" for check in CHECKS.values() for what in check.results()]


def advices() -> set[str]:
    """List every advice a verdict may give, so that edges can check they have words for all."""
    return {outcome.advice for check in CHECKS.values() for outcome in check.results().values()}


def _verdict(check: Check, what: str, outcome: Outcome) -> Verdict:
    return Verdict(outcome.level, f"{check.id}.{what}", outcome.advice, outcome.use)


def _failed(check: Check, error: object, figures: object) -> Verdict:
    if figures or not isinstance(error, str):
        raise KioskError("check.bad_figures")
    is_known = error in ("skipped", NOT_MEASURED) or error in check.failures
    outcome = check.results().get(error) if is_known else None
    if outcome is None:
        raise KioskError("check.bad_figures")
    return _verdict(check, error, outcome)


def _level(figure: Figure, value: float | None) -> Level:
    return Level.UNKNOWN if value is None else figure.threshold.level(value)


def _checked(check: Check, figures: object) -> dict[str, float | None]:
    """Return the figures, each of them there: a number in its range, or None if not measured."""
    given = {} if figures is None else figures
    if not isinstance(given, Mapping) or set(given) != set(check.figures):
        raise KioskError("check.bad_figures")
    return {name: _value(figure, given[name]) for name, figure in check.figures.items()}


def _value(figure: Figure, value: object) -> float | None:
    # A word of its own: JSON writes NaN as null, so null may hide a fault of the page.
    if value == NOT_MEASURED:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise KioskError("check.bad_figures")
    if not figure.least <= value <= figure.most:  # false for NaN and infinity, too
        raise KioskError("check.bad_figures")
    return value

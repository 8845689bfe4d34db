"""Verdicts: what a check's figures, or its failure, mean for the call. Never a locked door."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from kiosk.errors import KioskError
from kiosk.readiness import thresholds as limit
from kiosk.readiness.checks import CHECKS, SKIPPED, Check, CheckRule, Level, Use

_WORSE = {Level.GOOD: 0, Level.FAIR: 1, Level.BAD: 2}
_LESS = {Use.VIDEO: 0, Use.AUDIO: 1, Use.PHONE: 2}

Graded = tuple[str, Level]


@dataclass(frozen=True, slots=True)
class Verdict:
    """How a check went.

    ``code`` is stable, ``<check>.<what>``; ``advice`` names the words to show and is the same
    for verdicts that ask the same of a person; ``use`` is the most that is left to use.
    """

    level: Level
    code: str
    advice: str
    use: Use


def judge(check: str, figures: object = None, error: object = None) -> Verdict:
    """Judge what a page measured (``figures``: name to number) or why it could not (``error``).

    Raises KioskError ``check.unknown``, or ``check.bad_figures`` for a missing, unknown, infinite
    or impossible figure, an unknown error, or both at once: a page of ours never sends them.
    """
    try:
        known = Check(check)
    except ValueError:
        raise KioskError("check.unknown") from None
    rule = CHECKS[known]
    if error is not None:
        return _failed(known, rule, error, figures)
    return _graded(known, _checked(rule, figures))


def best_use(uses: Iterable[Use]) -> Use:
    """Return what the whole call can use: the least that any check left."""
    return max(uses, key=_LESS.__getitem__, default=Use.VIDEO)


def use_after(code: str) -> Use:
    """Return what a verdict known by its code alone left to use; nothing known lowers nothing."""
    name, _dot, what = code.partition(".")
    check = Check(name) if name in set(Check) else None
    if check is None or what in ("good", SKIPPED):
        return Use.VIDEO
    if what in CHECKS[check].failures:
        return CHECKS[check].failures[what].use
    level = _GRADED_CODES.get(check, {}).get(what, Level.GOOD)
    return _USE_AFTER[check][level] if check in _USE_AFTER else Use.VIDEO


def codes() -> list[str]:
    """List every code a verdict may have, so that journeys can check they have words for all."""
    found = []
    for check, rule in CHECKS.items():
        whats = ["good", *_GRADED_CODES.get(check, ()), *rule.failures, SKIPPED]
        found += [f"{check}.{what}" for what in whats]
    return found


def _failed(check: Check, rule: CheckRule, error: object, figures: object) -> Verdict:
    if figures:
        raise KioskError("check.bad_figures")
    if error == SKIPPED:
        return Verdict(Level.SKIPPED, f"{check}.{SKIPPED}", SKIPPED, Use.VIDEO)
    failure = rule.failures.get(error) if isinstance(error, str) else None
    if failure is None:
        raise KioskError("check.bad_figures")
    return Verdict(failure.level, f"{check}.{error}", f"{check}.{error}", failure.use)


def _checked(rule: CheckRule, figures: object) -> dict[str, float]:
    given = {} if figures is None else figures
    if not isinstance(given, Mapping) or set(given) != set(rule.figures):
        raise KioskError("check.bad_figures")
    for name, figure in rule.figures.items():
        value = given[name]
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise KioskError("check.bad_figures")
        if not math.isfinite(value) or not figure.least <= value <= figure.most:
            raise KioskError("check.bad_figures")
    return dict(given)


def _graded(check: Check, figures: dict[str, float]) -> Verdict:
    grade = _GRADES.get(check)
    if grade is None:
        return Verdict(Level.GOOD, f"{check}.good", f"{check}.good", Use.VIDEO)
    what, level = max(grade(figures), key=lambda graded: _WORSE[graded[1]])
    if level == Level.GOOD:
        what = "good"
    code = f"{check}.{what}"
    return Verdict(level, code, code, _USE_AFTER[check][level])


def _picture(figures: dict[str, float]) -> list[Graded]:
    luma = limit.LUMA.level(figures["luma"])
    black = limit.BLACK_SHARE.level(figures["black_share"])
    fps = limit.FPS.level(figures["fps"])
    frozen = limit.FROZEN_SHARE.level(figures["frozen_share"])
    # In the dark every frame looks like the one before: darkness is the cause to name, so it
    # comes first among equals.
    return [
        ("black" if luma == Level.BAD else "dark", luma),
        ("black" if black == Level.BAD else "dark", black),
        ("frozen" if frozen == Level.BAD else "slow", frozen),
        ("frozen" if fps == Level.BAD else "slow", fps),
    ]


def _voice(figures: dict[str, float]) -> list[Graded]:
    grades = [
        limit.LEVEL_DBFS.level(figures["level_dbfs"]),
        limit.HEARD_S.level(figures["heard_s"]),
    ]
    return [("silent" if level == Level.BAD else "quiet", level) for level in grades]


def _network(figures: dict[str, float]) -> list[Graded]:
    grades = [
        limit.LOSS_PERCENT.level(figures["loss_percent"]),
        limit.RTT_MS.level(figures["rtt_ms"]),
        limit.JITTER_MS.level(figures["jitter_ms"]),
        limit.BITRATE_KBPS.level(figures["up_kbps"]),
        limit.BITRATE_KBPS.level(figures["down_kbps"]),
    ]
    return [("poor" if level == Level.BAD else "weak", level) for level in grades]


_GRADES: Mapping[Check, Callable[[dict[str, float]], list[Graded]]] = {
    Check.PICTURE: _picture,
    Check.VOICE: _voice,
    Check.NETWORK: _network,
}

_GRADED_CODES: Mapping[Check, Mapping[str, Level]] = {
    Check.PICTURE: {
        "dark": Level.FAIR,
        "slow": Level.FAIR,
        "black": Level.BAD,
        "frozen": Level.BAD,
    },
    Check.VOICE: {"quiet": Level.FAIR, "silent": Level.BAD},
    Check.NETWORK: {"weak": Level.FAIR, "poor": Level.BAD},
}

_USE_AFTER: Mapping[Check, Mapping[Level, Use]] = {
    # A dark or halting picture is still a picture; none at all leaves the sound.
    Check.PICTURE: {Level.GOOD: Use.VIDEO, Level.FAIR: Use.VIDEO, Level.BAD: Use.AUDIO},
    Check.VOICE: {Level.GOOD: Use.VIDEO, Level.FAIR: Use.VIDEO, Level.BAD: Use.PHONE},
    # On a weak network sound alone is proposed; the person chooses, and the call adapts.
    Check.NETWORK: {Level.GOOD: Use.VIDEO, Level.FAIR: Use.VIDEO, Level.BAD: Use.PHONE},
}

"""What a check is made of: figures, thresholds, constants of the measurement, outcomes.

Each file in ``checks/`` builds one :class:`Check` from these.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any


class Level(StrEnum):
    """How a check went; only the first three are an order."""

    GOOD = "good"
    FAIR = "fair"
    BAD = "bad"
    UNAVAILABLE = "unavailable"
    REFUSED = "refused"
    SKIPPED = "skipped"
    UNKNOWN = "unknown"
    """Nothing is known: this browser could not measure. Never a bad sign (decision 0290)."""


NOT_MEASURED = "not_measured"
"""The value of a figure that this browser could not measure; also the check's result when none,
or not enough, could be."""


class Use(StrEnum):
    """The most that can be used after a check. A call is possible with every one of them."""

    VIDEO = "video"
    AUDIO = "audio"
    PHONE = "phone"


class Passes(StrEnum):
    """On which side of a limit a figure passes."""

    BELOW = "below"
    ABOVE = "above"
    AT_LEAST = "at_least"


@dataclass(frozen=True, slots=True)
class Threshold:
    """Where a figure stops being good and where it stops being fair, in the figure's unit."""

    passes: Passes
    good: float
    fair: float
    source: str
    """Who published these limits, or why we chose them."""

    def level(self, value: float) -> Level:
        """Return how good one figure is: ``good``, ``fair`` or ``bad``."""
        if self._passed(value, self.good):
            return Level.GOOD
        return Level.FAIR if self._passed(value, self.fair) else Level.BAD

    def _passed(self, value: float, limit: float) -> bool:
        if self.passes == Passes.BELOW:
            return value < limit
        return value > limit or (self.passes == Passes.AT_LEAST and value == limit)


@dataclass(frozen=True, slots=True)
class Figure:
    """One measured number: its unit, the range a page can measure, and its threshold."""

    unit: str
    least: float
    most: float
    threshold: Threshold


@dataclass(frozen=True, slots=True)
class Constant:
    """One value that the page measures with; the page reads it, no script repeats it."""

    value: float | Mapping[str, float]
    unit: str
    source: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one result of a check means: its level, what the call can then use, what to advise.

    ``advice`` is a key; the citizen's words for it are in ``kiosk/citizen/words.py``. Outcomes
    that ask the same of a person share a key.
    """

    level: Level
    use: Use
    advice: str


GO_ON = Outcome(Level.GOOD, Use.VIDEO, "go_on")
SKIPPED = Outcome(Level.SKIPPED, Use.VIDEO, "come_back_later")
"""The person passed over the check: nothing is lowered."""

UNMEASURED = Outcome(Level.UNKNOWN, Use.VIDEO, "go_on_unmeasured")
"""The browser could not measure: nothing is lowered."""


def always_good(_levels: Mapping[str, Level]) -> str:
    """Return ``good``: the verdict of a check without figures that did not fail."""
    return "good"


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One check. A page reports every figure, or the name of one of the failures."""

    id: str
    place: int
    """Where it stands in lists of checks, counted in tens in the order of the path."""
    figures: Mapping[str, Figure] = field(default_factory=dict)
    outcomes: Mapping[str, Outcome] = field(default_factory=lambda: {"good": GO_ON})
    """Results that the figures can have, ``good`` among them."""
    failures: Mapping[str, Outcome] = field(default_factory=dict)
    """Reasons for not having measured."""
    verdict: Callable[[Mapping[str, Level]], str] = always_good
    """Takes the level of each figure (``unknown`` where it was not measured; never all of them)
    and returns the name of one result."""
    constants: Mapping[str, Constant] = field(default_factory=dict)

    def results(self) -> dict[str, Outcome]:
        """Return everything that can come of this check, by the second part of its code."""
        unmeasured = {NOT_MEASURED: UNMEASURED} if self.figures else {}
        return {**self.outcomes, **self.failures, "skipped": SKIPPED, **unmeasured}

    def for_page(self) -> dict[str, Any]:
        """Return what scripts need of this check.

        Constants by name; ``figures``: ranges and limits by figure; ``uses``: what is left to use
        after each result that lowers it.
        """
        figures = {
            name: {
                "least": figure.least,
                "most": figure.most,
                "good": figure.threshold.good,
                "fair": figure.threshold.fair,
            }
            for name, figure in self.figures.items()
        }
        uses = {what: one.use for what, one in self.results().items() if one.use != Use.VIDEO}
        constants = {name: constant.value for name, constant in self.constants.items()}
        return {**constants, "figures": figures, "uses": uses}

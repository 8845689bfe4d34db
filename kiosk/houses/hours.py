"""Opening hours as people write them: ``9h-12h, 13h30-17h``; nothing means closed."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import time

from kiosk.houses.model import House, OpeningHours
from kiosk.language.typed_dates import read_hour

Span = tuple[int, int]
"""From and until, in minutes from midnight."""

Week = Mapping[int, Sequence[Span]]
"""The spans of each weekday, 0 for Monday; a day that is left out is closed."""

MOST_SPANS = 4
MIDNIGHT = 24 * 60

DAYS = ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche")
"""As the command line takes them."""

_CLOSED = frozenset({"", "ferme", "fermé", "closed", "-"})
_BETWEEN = re.compile(r"\s*(?:[-–—]|\bà\b|\bto\b)\s*")
_AMONG = re.compile(r"\s*(?:[,;/+]|\bet\b|\band\b)\s*")


class BadHours(ValueError):
    """What was written is no list of opening hours."""


def read_spans(text: str) -> list[Span]:
    """Return the spans that one day's text says, in order; raise BadHours.

    Spans that touch or overlap are refused: one of the hours is a slip.
    """
    written = " ".join(text.split()).casefold()
    if written in _CLOSED:
        return []
    spans = sorted(_span(part) for part in _AMONG.split(written) if part)
    if not spans or len(spans) > MOST_SPANS:
        raise BadHours(text)
    if any(later[0] <= earlier[1] for earlier, later in zip(spans, spans[1:], strict=False)):
        raise BadHours(text)
    return spans


def write_spans(spans: Iterable[Span]) -> str:
    """Write spans as they are typed: ``9h-12h, 13h30-17h``."""
    return ", ".join(f"{_hour(opens)}-{_hour(closes)}" for opens, closes in spans)


def read_week(text: str) -> dict[int, list[Span]]:
    """Return the week that a command line says: ``lundi-jeudi 9h-17h; samedi 9h-12h``.

    Raises BadHours.
    """
    week: dict[int, list[Span]] = {}
    for part in filter(None, (part.strip() for part in text.split(";"))):
        days, _, hours = part.partition(" ")
        first, _, last = days.casefold().partition("-")
        if first not in DAYS or (last and last not in DAYS):
            raise BadHours(text)
        numbers = range(DAYS.index(first), DAYS.index(last or first) + 1)
        if not numbers or week.keys() & set(numbers):
            raise BadHours(text)
        week |= {number: read_spans(hours) for number in numbers}
    return week


def week_of(house: House) -> dict[int, list[Span]]:
    """Return the hours of a house, with every weekday."""
    week: dict[int, list[Span]] = {weekday: [] for weekday in range(7)}
    for one in house.opening_hours:
        week[one.weekday].append((one.opens, one.closes))
    return week


def set_week(house: House, week: Week) -> None:
    """Give the house these hours in place of those it had."""
    house.opening_hours = [
        OpeningHours(weekday=weekday, opens=opens, closes=closes)
        for weekday, spans in sorted(week.items())
        for opens, closes in spans
    ]


def _span(text: str) -> Span:
    parts = _BETWEEN.split(text.removeprefix("de ").removeprefix("from "))
    if len(parts) != 2:
        raise BadHours(text)
    opens, closes = _minutes(parts[0]), _minutes(parts[1]) or MIDNIGHT
    if opens >= closes:
        raise BadHours(text)
    return opens, closes


def _minutes(text: str) -> int:
    if text in ("24h", "24:00", "24"):
        return MIDNIGHT
    hour = read_hour(text)
    if hour is None:
        raise BadHours(text)
    return _of(hour)


def _of(hour: time) -> int:
    return hour.hour * 60 + hour.minute


def _hour(minutes: int) -> str:
    hours, rest = divmod(minutes, 60)
    return f"{hours}h{rest:02}" if rest else f"{hours}h"

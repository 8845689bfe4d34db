"""Days and hours as people write them: ``30/12/2026``, « mardi 1er décembre », ``14h30``, ``2 pm``.

Days are read in the order of Europe: day, month, year. Nothing here knows a time zone.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import date, time
from functools import cache

from kiosk.language.languages import known, locale_of
from kiosk.language.typed import ascii_digits, plain

FIRST_YEAR, LAST_YEAR = 2000, 2199
"""Years outside these are slips of the finger, and close to what a clock can count."""

_ISO = re.compile(r"(?P<y>\d{4})[-/.](?P<m>\d{1,2})[-/.](?P<d>\d{1,2})")
_NUMBERS = re.compile(
    r"(?:[^\W\d]+[.,]? +)*(?P<d>\d{1,2}) ?[-/. ] ?(?P<m>\d{1,2})(?: ?[-/. ] ?(?P<y>\d{4}|\d{2}))?"
)
_SOLID = re.compile(r"(?P<d>\d\d)(?P<m>\d\d)(?P<y>\d{4})")
_NAMED = re.compile(
    r"(?:[^\W\d][^\W\d-]*(?:-[^\W\d]+)?[.,]? +)*"
    r"(?P<d>\d{1,2})(?:er|st|nd|rd|th|\.|º)? *(?:de |of )?"
    r"(?P<name>[^\W\d]+)\.?,? *(?:de )?(?P<y>\d{4})?(?: [^\W\d]+)?"
)
_HOUR = re.compile(
    r"(?P<h>\d{1,2}) ?(?:(?:h|:|\.|heures?|hours?) ?(?P<m>\d{2})?(?::\d{2}(?:\.\d+)?)?)?"
    r" ?(?:mn|min)? ?(?P<half>[ap]\.?m\.?)?"
)
_SOLID_HOUR = re.compile(r"(?P<h>\d{1,2})(?P<m>\d{2})(?P<half>)")


def read_day(text: str, *, today: date) -> date | None:
    """Return the day that a text says; None when it says none, or one of another century.

    Without a year it is the next such day from ``today`` on.
    """
    written = _simple(text)
    for form in (_ISO, _SOLID, _NUMBERS, _NAMED):
        found = form.fullmatch(written)
        if found is not None:
            return _day(found.groupdict(), today)
    return None


def read_hour(text: str) -> time | None:
    """Return the hour that a text says, in whole minutes; None when it says none."""
    written = _simple(text)
    found = _HOUR.fullmatch(written) or _SOLID_HOUR.fullmatch(written)
    if found is None:
        return None
    hour, minute = int(found["h"]), int(found["m"] or 0)
    if found["half"]:
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if found["half"][0] == "p" else 0)
    try:
        return time(hour, minute)
    except ValueError:
        return None


def _day(found: dict[str, str | None], today: date) -> date | None:
    name = found.get("name")
    month = _months().get(name) if name is not None else int(found["m"] or 0)
    if month is None:
        return None
    day, written_year = int(found["d"] or 0), found["y"]
    if written_year is not None:
        return _valid(int(written_year) + (2000 if len(written_year) == 2 else 0), month, day)
    this_year = _valid(today.year, month, day)
    if this_year is not None and this_year >= today:
        return this_year
    return _valid(today.year + 1, month, day)


def _valid(year: int, month: int, day: int) -> date | None:
    if not FIRST_YEAR <= year <= LAST_YEAR:
        return None
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _simple(text: str) -> str:
    """Return the text in small letters without accents, with single spaces."""
    letters = unicodedata.normalize("NFD", " ".join(plain(ascii_digits(text)).split()).casefold())
    return "".join(letter for letter in letters if not unicodedata.combining(letter))


@cache
def _months() -> dict[str, int]:
    """Names and abbreviations of the months in our languages; French first where two differ."""
    names: dict[str, int] = {}
    for code in known():
        months = locale_of(code).months
        for context in ("format", "stand-alone"):
            for width in ("wide", "abbreviated"):
                for number, name in months[context][width].items():
                    names.setdefault(_simple(name).rstrip("."), number)
    return names

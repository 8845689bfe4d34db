"""Days and hours as people write them: ``30/12/2026``, « mardi 1er décembre », ``14h30``, ``2 pm``.

Days are read in the order of Europe: day, month, year. Nothing here knows a time zone.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import date, time, timedelta
from functools import cache

from kiosk.language.languages import known, locale_of
from kiosk.language.typed import ascii_digits, plain

FIRST_YEAR, LAST_YEAR = 2000, 2199
"""Years outside these are slips of the finger, and close to what a clock can count."""

_DASHES = str.maketrans(dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2212_\\", "-"))
_WORDS = r"(?P<words>(?:[^\W\d][^\W\d-]*(?:-[^\W\d]+)?[.,]? +)*)"
JUST_PAST = timedelta(days=31)
"""How long ago a day without a year may be and still be that of this year: a slip, or a look back.
Who asks for a day says ``since=today - JUST_PAST``."""

_ISO = re.compile(r"(?P<y>\d{4})[-/. 年](?P<m>\d{1,2})[-/. 月](?P<d>\d{1,2})日?(?:t[\d:.]+z?)?")
_NUMBERS = re.compile(
    _WORDS + r"(?P<d>\d{1,2}) ?[-/. ] ?(?P<m>\d{1,2})(?: ?[-/. ] ?(?P<y>\d{4}|\d{2}))?"
)
_SOLID = re.compile(r"(?P<d>\d\d)(?P<m>\d\d)(?P<y>\d{4}|\d\d)")
_SOLID_ISO = re.compile(r"(?P<y>\d{4})(?P<m>\d\d)(?P<d>\d\d)")
_NAMED = re.compile(
    _WORDS + r"(?P<d>\d{1,2})(?:er|st|nd|rd|th|\.|º)?[ -]*(?:de |of )?"
    r"(?P<name>[^\W\d]+)\.?,?[ -]*(?:de )?(?P<y>\d{4}|\d{2})?(?: [^\W\d]+)?"
)
_NAME_FIRST = re.compile(
    r"(?P<name>[^\W\d]+)\.? +(?P<d>\d{1,2})(?:st|nd|rd|th)?(?:,? +(?P<y>\d{4}))?"
)
_FORMS = (_ISO, _SOLID, _SOLID_ISO, _NUMBERS, _NAMED, _NAME_FIRST)
_IN_BRACKETS = re.compile(r" ?\((?P<words>[^\W\d]+\.?)\)$")
_NEAR = {"aujourd'hui": 0, "today": 0, "demain": 1, "tomorrow": 1, "apres-demain": 2}

_HOUR = re.compile(
    r"(?:a |at )?(?P<h>\d{1,2})"
    r" ?(?:(?:h|:|\.|,|'|heures?|hours?| ) ?(?P<m>\d{2})?(?::\d{2}(?:\.\d+)?)?)?"
    r" ?(?:mn|min|m)? ?(?P<half>[ap]\.?m\.?)?"
)
_SOLID_HOUR = re.compile(r"(?P<h>\d{1,2})(?P<m>\d{2})(?P<half>)")
_NAMED_HOURS = {"midi": time(12), "noon": time(12), "minuit": time(0), "midnight": time(0)}


def read_day(text: str, *, today: date, since: date | None = None) -> date | None:
    """Return the day that a text says; None when it says none, or one of another century.

    Without a year it is the next such day from ``since`` on (``today`` when left out). A day of
    the week that is not that day's makes it none: one of the two is wrong.
    """
    written = _simple(text).translate(_DASHES).rstrip(" .,;")
    if written in _NEAR:
        return today + timedelta(days=_NEAR[written])
    behind = _IN_BRACKETS.search(written)
    said = behind["words"] if behind else ""
    written = written[: behind.start()] if behind else written
    for form in _FORMS:
        found = form.fullmatch(written)
        day = _day(found.groupdict(), since or today) if found is not None else None
        if found is not None and day is not None:
            words = found.groupdict().get("words") or ""
            return day if _may_be(day, f"{words} {said}") else None
    return None


def read_hour(text: str) -> time | None:
    """Return the hour that a text says, in whole minutes; None when it says none."""
    written = _simple(text)
    if named := _NAMED_HOURS.get(written.removeprefix("a ")):
        return named
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


def _day(found: dict[str, str | None], since: date) -> date | None:
    name = found.get("name")
    month = _months().get(name) if name is not None else int(found["m"] or 0)
    if month is None:
        return None
    day, written_year = int(found["d"] or 0), found["y"]
    if written_year is not None:
        return _valid(int(written_year) + (2000 if len(written_year) == 2 else 0), month, day)
    this_year = _valid(since.year, month, day)
    if this_year is not None and this_year >= since:
        return this_year
    return _valid(since.year + 1, month, day)


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
    plain_letters = "".join(letter for letter in letters if not unicodedata.combining(letter))
    return plain_letters.replace("\u2019", "'")


def _may_be(day: date, words: str) -> bool:
    """Tell whether no word around a day is the name of another day of the week."""
    named = [_weekdays()[word] for word in re.split(r"[ .,]+", words) if word in _weekdays()]
    return all(day.weekday() in possible for possible in named)


@cache
def _weekdays() -> dict[str, set[int]]:
    """Names and abbreviations of the days of the week in our languages, 0 is Monday."""
    names: dict[str, set[int]] = {}
    for code in known():
        days = locale_of(code).days["format"]
        for width in ("wide", "abbreviated"):
            for number, name in days[width].items():
                names.setdefault(_simple(name).rstrip("."), set()).add(number)
    return names


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

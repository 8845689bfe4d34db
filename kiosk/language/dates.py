"""Days and hours in words: the same on a page, in a message and on paper (decision 0220).

Forms are CLDR's, but for what is stated here: French says « mardi 1er décembre 2026 à 14 h 30 »,
English “Tuesday 1 December 2026 at 2:30 pm”. An instant is aware; ``time_zone`` is an IANA name.
"""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_skeleton, format_time, get_timezone_location

from kiosk.language.languages import base_of, locale_of
from kiosk.language.typography import WIDE, on_paper, unbroken

HOME_ZONE = "Europe/Paris"
"""The zone a reader takes for granted; paper names any other beside the hour."""

_DAYS = {"en": "EEEE d MMMM y"}
"""CLDR puts a comma after the name of the day in British English, which British texts do not."""

_HOURS = {"fr": "H 'h' mm", "en": "h:mm a"}
_ROUND_HOURS = {"fr": "H 'h'"}
_JOINED = {"fr": "{1} à {0}", "en": "{1} at {0}"}
"""Between a day ({1}) and an hour ({0}), where CLDR only offers a comma."""

_TIGHT = ("fr", "en")
"""Languages in which an hour stays readable without its space: ``14h30``, ``2:30pm``."""


def day(when: datetime | date, time_zone: str, language: str) -> str:
    """Write « jeudi 26 novembre 2026 »; the first of a month is « 1er » in French."""
    local = _local(when, time_zone)
    pattern = _DAYS.get(base_of(language), "full")
    written = format_date(local, pattern, locale=locale_of(language))
    return _first(local, language, on_paper(written))


def short_day(when: datetime | date, time_zone: str, language: str) -> str:
    """Write « jeu. 26 nov. », short enough for an SMS."""
    local = _local(when, time_zone)
    written = format_skeleton("MMMEd", local, locale=locale_of(language))
    return _first(local, language, on_paper(written))


def hour(instant: datetime, time_zone: str, language: str) -> str:
    """Write « 14 h 30 » or « 14 h », “2:30 pm”, ``14:30``; its spaces do not break."""
    local = instant.astimezone(ZoneInfo(time_zone))
    base = base_of(language)
    pattern = _HOURS.get(base, "short")
    if local.minute == 0:
        pattern = _ROUND_HOURS.get(base, pattern)
    return unbroken(format_time(local, pattern, locale=locale_of(language)))


def short_hour(instant: datetime, time_zone: str, language: str) -> str:
    """Write the hour short enough for an SMS: ``14h30``, ``14h``, ``2:30pm``, ``14:30``."""
    written = hour(instant, time_zone, language)
    return written.replace(WIDE, "") if base_of(language) in _TIGHT else written


def hour_and_zone(instant: datetime, time_zone: str, language: str) -> str:
    """Write the hour, and the zone unless it is Paris's: « 17 h 30 (heure : La Réunion) »."""
    written = hour(instant, time_zone, language)
    if time_zone == HOME_ZONE:
        return written
    place = get_timezone_location(ZoneInfo(time_zone), locale=locale_of(language))
    return f"{written} ({place})"


def moment(instant: datetime, time_zone: str, language: str) -> str:
    """Write the day and the hour: « lundi 23 novembre 2026 à 14 h 30 »."""
    return _join(day(instant, time_zone, language), hour(instant, time_zone, language), language)


def moment_and_zone(instant: datetime, time_zone: str, language: str) -> str:
    """Write the day and the hour, and the zone unless it is Paris's."""
    written_hour = hour_and_zone(instant, time_zone, language)
    return _join(day(instant, time_zone, language), written_hour, language)


def _join(written_day: str, written_hour: str, language: str) -> str:
    joined = _JOINED.get(base_of(language)) or locale_of(language).datetime_formats["full"]
    return str(joined).format(written_hour, written_day)


def _local(when: datetime | date, time_zone: str) -> datetime | date:
    return when.astimezone(ZoneInfo(time_zone)) if isinstance(when, datetime) else when


def _first(local: datetime | date, language: str, written: str) -> str:
    if local.day == 1 and base_of(language) == "fr":
        return written.replace(" 1 ", " 1er ", 1)
    return written

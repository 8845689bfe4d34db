"""Days and hours in the recipient's language and in the house's own time zone."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date, format_skeleton, format_time

# "en" alone is American; the people we write to live in Europe.
_REGIONAL = {"en": "en_GB"}


def base_language(language: str) -> str:
    """Return the language a variant is made of: ``fr`` for ``fr@falc``."""
    return language.partition("@")[0].replace("-", "_")


def is_right_to_left(language: str) -> bool:
    """Tell in which direction the language is read."""
    return _locale(language).text_direction == "rtl"


def day(instant: datetime, time_zone: str, language: str) -> str:
    """Return ``jeudi 26 novembre 2026``; the first of a month is « 1er » in French."""
    local = instant.astimezone(ZoneInfo(time_zone))
    return _first(local, language, format_date(local, "full", locale=_locale(language)))


def short_day(instant: datetime, time_zone: str, language: str) -> str:
    """Return ``jeu. 26 nov.``, as short as an SMS wants it."""
    local = instant.astimezone(ZoneInfo(time_zone))
    return _first(local, language, format_skeleton("MMMEd", local, locale=_locale(language)))


def hour(instant: datetime, time_zone: str, language: str) -> str:
    """Return ``14 h 30`` (no-break spaces) or ``14 h`` in French, ``14:30`` elsewhere."""
    local = instant.astimezone(ZoneInfo(time_zone))
    locale = _locale(language)
    if locale.language != "fr":
        return format_time(local, "short", locale=locale)
    minutes = f"\u00a0{local.minute:02d}" if local.minute else ""
    return f"{local.hour}\u00a0h{minutes}"


def short_hour(instant: datetime, time_zone: str, language: str) -> str:
    """Return the hour as short as an SMS wants it: ``14h30``, ``14h``, ``14:30``."""
    return hour(instant, time_zone, language).replace("\u00a0", "")


def _first(local: datetime, language: str, text: str) -> str:
    if local.day == 1 and base_language(language) == "fr":
        return text.replace(" 1 ", " 1er ", 1)
    return text


def _locale(language: str) -> Locale:
    base = base_language(language)
    return Locale.parse(_REGIONAL.get(base, base))

"""Words on paper that are not a guide's own text: read from ``guides/_words/<language>.toml``.

``printing`` takes the language as an argument: a card speaks the citizen's language whatever
language the agent's page is in. Sentences are complete, with ``{placeholders}``; nothing is glued.
"""

from __future__ import annotations

import tomllib
from datetime import datetime
from functools import lru_cache
from html import escape
from types import SimpleNamespace
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_datetime, get_timezone_location
from babel.units import format_unit
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from kiosk.errors import NotFound
from kiosk.printing.document import PRINT
from kiosk.printing.typography import NO_BREAK, typeset

WORDS = PRINT.parent / "_words"
HOME_ZONE = "Europe/Paris"
"""The zone a reader takes for granted; any other is named beside the hour."""

_templates = Environment(
    loader=FileSystemLoader(PRINT),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)


class Phrase(str):
    """A sentence with ``{placeholders}``."""

    __slots__ = ()

    def __call__(self, **values: str) -> Markup:
        """Fill the placeholders; each value is escaped and stands out in bold."""
        strong = {name: f"<strong>{escape(value)}</strong>" for name, value in values.items()}
        return Markup(escape(self, quote=False).format_map(strong))


@lru_cache(maxsize=64)
def words(language: str, document: str) -> SimpleNamespace:
    """Read one document's words; raise :exc:`NotFound` where a language has none."""
    source = WORDS / f"{language}.toml"
    if not language.replace("@", "").replace("-", "").isalnum() or not source.is_file():
        raise NotFound("printing.no_such_language", language=language[:20])
    table = tomllib.loads(source.read_text("utf-8"))[document]
    return SimpleNamespace(**{key: _set(value, language) for key, value in table.items()})


def _set(value: str | list[str], language: str) -> Phrase | list[Phrase]:
    if isinstance(value, list):
        return [Phrase(typeset(each, language)) for each in value]
    return Phrase(typeset(value, language))


def page(template: str, language: str, **values: object) -> str:
    """Fill a print template of ``guides/_print`` with words and values, all escaped."""
    locale = locale_of(language)
    return _templates.get_template(template).render(
        html_language=language.split("@")[0], direction=locale.text_direction, **values
    )


def locale_of(language: str) -> Locale:
    """The CLDR locale of a language; English is written as in Europe, hours as in London."""
    tag = language.split("@")[0]
    return Locale.parse("en_GB" if tag == "en" else tag, sep="-" if "-" in tag else "_")


def day_in_words(instant: datetime, time_zone: str, language: str) -> str:
    """Say the day: « lundi 23 novembre 2026 », « mardi 1er décembre 2026 »."""
    local = instant.astimezone(ZoneInfo(time_zone))
    first = language.startswith("fr") and local.day == 1
    pattern = "EEEE '1er' MMMM y" if first else "EEEE d MMMM y"
    return format_datetime(local, pattern, locale=locale_of(language))


def hour_in_words(instant: datetime, time_zone: str, language: str) -> str:
    """Say the hour: « 14 h 30 », « 9 h », “2:30 pm”; a zone other than Paris is named."""
    zone = ZoneInfo(time_zone)
    local = instant.astimezone(zone)
    locale = locale_of(language)
    if locale.language == "fr":
        pattern = "H 'h' mm" if local.minute else "H 'h'"
    else:
        pattern = {"en": "h:mm a"}.get(locale.language, "HH:mm")
    hour = format_datetime(local, pattern, locale=locale)
    hour = hour.replace(" ", NO_BREAK).replace("\N{NARROW NO-BREAK SPACE}", NO_BREAK)
    if time_zone == HOME_ZONE:
        return hour
    return f"{hour} ({get_timezone_location(zone, locale=locale)})"


def minutes_in_words(minutes: int, language: str) -> str:
    """Say a length of time: « 30 minutes »."""
    said = format_unit(minutes, "duration-minute", locale=locale_of(language))
    return said.replace(" ", NO_BREAK)

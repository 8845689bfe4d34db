"""What a citizen reads about the house of their visit, and what to prepare for it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from kiosk import request as parts
from kiosk.appointments.model import Appointment
from kiosk.houses import hours, reasons, store
from kiosk.language import dates
from kiosk.language.languages import SOURCE, Language, locale_of, offered_or_source
from kiosk.language.typography import sentence_case
from kiosk.web.i18n import current_language

_MIDNIGHT = datetime(2026, 1, 5, tzinfo=UTC)
"""Any day will do: the hours of a week are the clock's on the wall."""


@dataclass(frozen=True, slots=True)
class Told:
    """What the house says of itself, and the papers for this appointment's reason."""

    welcome: str
    address: str
    email: str
    accessible_contact: str
    week: Sequence[tuple[str, str]]
    """Days and their hours in words; empty when the house has told none."""
    papers: Sequence[str]
    language: Language
    """In which the house's own words are written: said to screen readers on other pages."""


def of(house_id: int, appointment: Appointment | None) -> Told:
    """Return what to show; the papers are those of the reason that the agent wrote down."""
    session = parts.session()
    house = store.house(session, house_id)
    reason = appointment.reason if appointment is not None else ""
    return Told(
        welcome=house.welcome,
        address=house.address,
        email=house.email,
        accessible_contact=house.accessible_contact,
        week=week_in_words(hours.week_of(house), current_language().code),
        papers=reasons.papers_for(session, house_id, reason),
        language=offered_or_source(SOURCE),
    )


def week_in_words(week: hours.Week, language: str) -> list[tuple[str, str]]:
    """Write the open days of a week; days in a row with the same hours share a line."""
    names = locale_of(language).days["stand-alone"]["wide"]
    lines: list[tuple[str, str]] = []
    first = 0
    while first < 7:
        spans = list(week.get(first, []))
        last = first
        while last < 6 and list(week.get(last + 1, [])) == spans:
            last += 1
        if spans:
            days = names[first] if last == first else f"{names[first]} – {names[last]}"
            lines.append((sentence_case(days), _spans(spans, language)))
        first = last + 1
    return lines


def _spans(spans: Sequence[hours.Span], language: str) -> str:
    return ", ".join(
        f"{_hour(opens, language)} – {_hour(closes, language)}" for opens, closes in spans
    )


def _hour(minutes: int, language: str) -> str:
    return dates.hour(_MIDNIGHT + timedelta(minutes=minutes), "UTC", language)

"""The appointment card: one A4 page with everything a citizen needs to join the call.

The card has no field for the reason of the appointment, so it cannot be printed by mistake: other
people may see the paper. Decision 0041.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

from kiosk.language import dates
from kiosk.language.numbers import in_threes, minutes
from kiosk.language.typography import unbroken
from kiosk.printing.document import Job
from kiosk.printing.pages import page, sentences_in
from kiosk.printing.qr import qr_data_uri
from kiosk.printing.worker import render


@dataclass(frozen=True, slots=True, kw_only=True)
class AppointmentCard:
    """What the card says. Instants are aware; ``time_zone`` is the house's (IANA name)."""

    citizen_name: str
    agent_name: str
    house_name: str
    house_phone: str
    house_address: str
    starts_at: datetime
    time_zone: str
    duration_min: int
    join_url: str
    """What the QR opens; its secret, if any, sits in the fragment."""

    short_url: str
    """What a person types without the QR; shown without its scheme."""

    room_code: str
    """Nine digits, with or without spaces."""

    password: str
    valid_until: datetime
    language: str


def print_card(card: AppointmentCard) -> bytes:
    """Print the card as a tagged PDF of one page.

    Raises :exc:`~kiosk.errors.NotFound` for a language that does not exist, and what
    :func:`kiosk.printing.worker.render` raises.
    """
    given = "".join((card.citizen_name, card.agent_name, card.house_name, card.house_address))
    return render(Job(card_html(card), personal=True, given=given))


def card_html(card: AppointmentCard) -> str:
    """Write the card as the HTML that is printed."""
    if card.starts_at.tzinfo is None or card.valid_until.tzinfo is None:
        raise ValueError("a card needs aware instants")
    sentences = sentences_in(card.language)
    where = (card.time_zone, sentences.language.code)
    return page(
        "card.html",
        sentences,
        card=card,
        day=dates.day(card.starts_at, *where),
        hour=dates.hour_and_zone(card.starts_at, *where),
        moment=dates.moment_and_zone(card.starts_at, *where),
        until_day=dates.day(card.valid_until, *where),
        until_hour=dates.hour_and_zone(card.valid_until, *where),
        duration=minutes(card.duration_min, sentences.language.code),
        code=in_threes(card.room_code),
        phone=unbroken(card.house_phone),
        address=typed_address(card.short_url),
        qr=qr_data_uri(card.join_url),
    )


def typed_address(url: str) -> str:
    """Write an address as a person types it: no scheme, no final slash."""
    parts = urlsplit(url)
    return f"{parts.netloc}{parts.path}".rstrip("/") or url

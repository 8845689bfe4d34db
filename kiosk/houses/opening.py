"""Opening a house, and changing what it says of itself: every value is checked here, once.

A house without a telephone number is refused: it is the last way in, on every citizen's page.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from kiosk.errors import KioskError
from kiosk.houses import hours
from kiosk.houses.model import House
from kiosk.language.typed import visible_name
from kiosk.messaging import contacts

TERRITORIES: Mapping[str, str] = {
    "FR": "Europe/Paris",
    "GP": "America/Guadeloupe",
    "MQ": "America/Martinique",
    "GF": "America/Cayenne",
    "RE": "Indian/Reunion",
    "YT": "Indian/Mayotte",
    "PM": "America/Miquelon",
    "BL": "America/St_Barthelemy",
    "MF": "America/Marigot",
    "NC": "Pacific/Noumea",
    "PF": "Pacific/Tahiti",
    "WF": "Pacific/Wallis",
}
"""Where a house may stand (ISO 3166-1), and the time zone there."""

LONGEST_NAME = 120
LONGEST_LINE = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class Details:
    """What a form or a command line says about a house, as it was typed.

    An empty ``time_zone`` is the territory's.
    """

    name: str
    phone: str
    email: str = ""
    address: str = ""
    accessible_contact: str = ""
    territory: str = "FR"
    time_zone: str = ""
    week: hours.Week = field(default_factory=dict)


def open_house(session: Session, details: Details) -> House:
    """Add a house and return it, flushed; joins the caller's write transaction.

    Raises as :func:`describe`.
    """
    house = House(name="", phone="")
    describe(house, details)
    session.add(house)
    session.flush()
    return house


def describe(house: House, details: Details) -> None:
    """Give a house these details; changes nothing when one of them is refused.

    Raises KioskError ``house.no_name``, ``house.no_phone``, ``house.bad_territory``,
    ``house.bad_time_zone``, ``house.too_long``, or ``contact.…`` for what cannot be read.
    """
    checked = _checked(details)
    for name, value in checked.items():
        setattr(house, name, value)
    hours.set_week(house, details.week)


def time_zone_exists(name: str) -> bool:
    """Tell whether the system knows this time zone by exactly this name."""
    try:
        return ZoneInfo(name).key == name and "/" in name
    except (ValueError, OSError, KeyError):
        # A name of a folder, of no file, with a dot or a null byte in it.
        return False


def _checked(details: Details) -> dict[str, str]:
    name, territory = visible_name(details.name), details.territory.strip().upper()
    if not name:
        raise KioskError("house.no_name")
    if territory not in TERRITORIES:
        raise KioskError("house.bad_territory")
    if not details.phone.strip():
        raise KioskError("house.no_phone")
    time_zone = details.time_zone.strip() or TERRITORIES[territory]
    if not time_zone_exists(time_zone):
        raise KioskError("house.bad_time_zone")
    address = visible_name(details.address)
    accessible = visible_name(details.accessible_contact)
    if len(name) > LONGEST_NAME or max(len(address), len(accessible)) > LONGEST_LINE:
        raise KioskError("house.too_long")
    return {
        "name": name,
        "phone": contacts.normalise_phone(details.phone, territory),
        "email": contacts.normalise_email(details.email) if details.email.strip() else "",
        "address": address,
        "accessible_contact": accessible,
        "territory": territory,
        "time_zone": time_zone,
    }

"""The demonstration: two houses, named people, and one appointment that is always open now.

The same people appear in tests and pictures. Telephone numbers are from the ranges that ARCEP keeps
for fiction; passwords are derived from the installation's secret, so repeating changes nothing.
"""

from __future__ import annotations

import hmac
import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path
from zoneinfo import ZoneInfo

from sqlalchemy import func, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from kiosk.appointments import booking, store
from kiosk.appointments.invitations import join_url
from kiosk.appointments.model import Appointment, Channel
from kiosk.calls.links import CONSONANTS, VOWELS, RoomKeys
from kiosk.houses import accounts, reasons
from kiosk.houses import hours as opening_hours
from kiosk.houses import store as houses
from kiosk.houses.model import Agent, House, Role
from kiosk.settings import Settings
from kiosk.storage.database import writing

AGENT_LOGIN = "lea"
MANAGER_LOGIN = "nadia"
OUTSIDER_LOGIN = "karim"
ADMINISTRATOR_LOGIN = "odile"
LOGINS = (AGENT_LOGIN, MANAGER_LOGIN, OUTSIDER_LOGIN, ADMINISTRATOR_LOGIN)
AMINA, ROBERT, INES = CITIZENS = ("Amina Diallo", "Robert Lemaire", "Inès Moreau")

GUIDES = ("rejoindre-ordinateur", "rejoindre-telephone")
LANGUAGES = ("fr", "en")
ENOUGH_LEFT = timedelta(minutes=20)
"""An open appointment that ends sooner is left alone and another one is made."""


@dataclass(frozen=True, slots=True)
class Demo:
    """What ``make run`` prints and ``instance/demo.json`` holds."""

    base_url: str
    agent_login: str
    agent_password: str
    manager_login: str
    manager_password: str
    admin_login: str
    admin_password: str
    join_url: str
    room_code: str
    room_password: str
    guide_urls: list[str]
    card_url: str

    def write(self, path: Path) -> None:
        """Write it where only the installation's owner may read it."""
        path.touch(mode=0o600)
        path.write_text(json.dumps(asdict(self), ensure_ascii=False, indent=2) + "\n")


def prepare(session: Session, settings: Settings, *, now: datetime) -> Demo | None:
    """Make the demonstration house where there is no house yet, and an open appointment in it.

    Returns None, changing nothing, when the database belongs to real houses, or when the address
    is public: there nobody may sign in with passwords that a terminal has shown.
    """
    if settings.is_public:
        return None
    keys = RoomKeys(settings.secret_key.get_secret_value())
    with writing(session):
        if not houses.houses(session):
            _people(session, settings)
        lea = houses.agent_by_login(session, AGENT_LOGIN)
        if lea is None or not lea.houses or lea.houses[0].name != HOUSE["name"]:
            return None
        _administrator(session, settings)
        open_now = _open_now(session, lea, now) or _book_today(session, keys, lea, now)
        return _described(settings, keys, open_now)


def is_here(session: Session) -> bool:
    """Whether the demonstration's house and its agent are in the database: passwords were shown.

    The first-run page has this house for an example, which real people may leave as it is.
    """
    ours = (House.name == HOUSE["name"]) & (House.email == HOUSE["email"])
    house = session.scalar(select(House.id).where(ours).limit(1))
    return house is not None and houses.login_is_known(session, AGENT_LOGIN)


@dataclass(frozen=True, slots=True)
class Others:
    """How many rows the demonstration did not make."""

    houses: int
    accounts: int
    appointments: int


def others(session: Session) -> Others:
    """Count what belongs to real people: what starting afresh would lose for good."""

    def count(column: InstrumentedAttribute[str], ours: Iterable[str]) -> int:
        return session.scalar(select(func.count()).where(column.not_in([*ours]))) or 0

    return Others(
        houses=count(House.name, (HOUSE["name"], NEIGHBOUR["name"])),
        accounts=count(Agent.login, LOGINS),
        # Retention blanks the names of those who came a month ago.
        appointments=count(Appointment.citizen_name, (*CITIZENS, "")),
    )


def password_of(settings: Settings, login: str) -> str:
    """Return the password of a demonstration account: three short words."""
    secret = settings.secret_key.get_secret_value().encode()
    number = int.from_bytes(hmac.digest(secret, f"demo account {login}".encode(), sha256), "big")
    words = []
    for _ in range(3):
        word = ""
        for _ in range(2):
            number, consonant = divmod(number, len(CONSONANTS))
            number, vowel = divmod(number, len(VOWELS))
            word += CONSONANTS[consonant] + VOWELS[vowel]
        words.append(word)
    return "-".join(words)


HOUSE = {
    "name": "France services de Saint-Aubin",
    "phone": "+33536490010",
    "email": "saint-aubin@example.fr",
    "address": "2 place de la Mairie, 09000 Saint-Aubin",
    "accessible_contact": "SMS au 06 39 98 00 10, ou rendez-vous en langue des signes",
    "welcome": "Prenez votre temps : nous vous attendons.",
}
WEEK = {day: [(9 * 60, 12 * 60), (13 * 60 + 30, 17 * 60)] for day in range(5)} | {
    5: [(9 * 60, 12 * 60)]
}
REASONS = {
    "Carte grise": ("Ancienne carte grise", "Pièce d'identité", "Justificatif de domicile"),
    "Déclaration de revenus": ("Dernier avis d'impôt", "Numéro fiscal"),
    "Retraite": ("Relevé de carrière", "Numéro de sécurité sociale"),
}
NEIGHBOUR = {
    "name": "France services de Belmont",
    "phone": "+33536490020",
    "email": "belmont@example.fr",
    "address": "14 rue du Pont, 09100 Belmont",
}


def _people(session: Session, settings: Settings) -> None:
    here, there = House(**HOUSE), House(**NEIGHBOUR)
    session.add_all([here, there])
    session.flush()
    opening_hours.set_week(here, WEEK)
    for reason, papers in REASONS.items():
        reasons.add(session, here, reason, "\n".join(papers))
    for house, login, name, role in (
        (here, AGENT_LOGIN, "Léa Fontaine", Role.AGENT),
        (here, MANAGER_LOGIN, "Nadia Belkacem", Role.MANAGER),
        (there, OUTSIDER_LOGIN, "Karim Haddad", Role.AGENT),
    ):
        accounts.open_account(
            session,
            house=house,
            login=login,
            name=name,
            password=password_of(settings, login),
            role=role,
        )


def _administrator(session: Session, settings: Settings) -> None:
    """Open the administrator's account, which demonstrations made by earlier versions lack."""
    if not houses.login_is_known(session, ADMINISTRATOR_LOGIN):
        accounts.open_account(
            session,
            house=None,
            login=ADMINISTRATOR_LOGIN,
            name="Odile Garnier",
            password=password_of(settings, ADMINISTRATOR_LOGIN),
            administrator=True,
        )


def _open_now(session: Session, lea: Agent, now: datetime) -> Appointment | None:
    """Return an appointment whose room can be entered now and for a while yet."""
    around = store.between(
        session,
        house_id=lea.houses[0].id,
        start=now - timedelta(hours=2),
        end=now + timedelta(minutes=30),
    )
    for appointment in around:
        room = appointment.room
        is_open = not appointment.is_cancelled and room.opens_at <= now
        if is_open and room.closes_at >= now + ENOUGH_LEFT and appointment.ends_at > now:
            return appointment
    return None


def _book_today(session: Session, keys: RoomKeys, lea: Agent, now: datetime) -> Appointment:
    local = now.astimezone(ZoneInfo(lea.houses[0].time_zone))
    start = local.replace(minute=local.minute // 15 * 15, second=0, microsecond=0)
    amina = _wish(lea, AMINA, Channel.EMAIL, "+33639980011", "Carte grise", start)
    booked = booking.book(session, keys, amina, now=now)
    if store.clashing(
        session,
        agent_id=lea.id,
        start=start + timedelta(minutes=90),
        end=start + timedelta(hours=4),
    ):
        return booked
    for hours, name, channel, phone, reason in (
        (2, ROBERT, Channel.SMS, "+33639980012", "Retraite"),
        (3, INES, Channel.PAPER, "", "Déclaration de revenus"),
    ):
        wish = _wish(lea, name, channel, phone, reason, start + timedelta(hours=hours))
        booking.book(session, keys, wish, now=now)
    return booked


def _wish(
    lea: Agent, name: str, channel: Channel, phone: str, reason: str, start: datetime
) -> booking.Wish:
    return booking.Wish(
        house=lea.houses[0],
        agent=lea,
        citizen_name=name,
        language="fr",
        channel=channel,
        email="amina@example.org" if channel == Channel.EMAIL else "",
        phone=phone,
        reason=reason,
        starts_at=start,
        duration_min=45 if channel == Channel.EMAIL else 30,
    )


def _described(settings: Settings, keys: RoomKeys, appointment: Appointment) -> Demo:
    credentials = keys.of(appointment.room)
    url = settings.public_url
    return Demo(
        base_url=url,
        agent_login=AGENT_LOGIN,
        agent_password=password_of(settings, AGENT_LOGIN),
        manager_login=MANAGER_LOGIN,
        manager_password=password_of(settings, MANAGER_LOGIN),
        admin_login=ADMINISTRATOR_LOGIN,
        admin_password=password_of(settings, ADMINISTRATOR_LOGIN),
        join_url=join_url(url, credentials.token),
        room_code=credentials.spoken_code,
        room_password=credentials.password,
        guide_urls=[
            f"{url}/guides/{guide}{suffix}?lang={language}"
            for guide in GUIDES
            for language in LANGUAGES
            for suffix in ("", ".pdf")
        ],
        card_url=f"{url}/agent/rendez-vous/{appointment.id}/carte.pdf",
    )

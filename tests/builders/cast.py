"""The cast: Léa receives at Sainte-Foy, Nadia manages it, Karim works in another house.

Paul works in both houses (and manages Castillon); Odile administers all of them.

Builders give meaning: ``amina_books(…)`` is somebody with an appointment, on the way to it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from kiosk.appointments import booking
from kiosk.appointments.model import Appointment, Channel
from kiosk.calls import admission
from kiosk.calls.links import RoomKeys
from kiosk.houses import accounts
from kiosk.houses.model import Agent, House, Role
from kiosk.storage.database import writing
from kiosk.visits import progress, results
from kiosk.visits.model import Visit

PASSWORD = "bonjour-madame"


@dataclass(frozen=True, slots=True)
class Cast:
    """The people and their houses; everybody signs in with :data:`PASSWORD`."""

    sainte_foy: House
    castillon: House
    lea: Agent
    nadia: Agent
    karim: Agent
    paul: Agent
    odile: Agent


def settle(session: Session) -> Cast:
    """Open the two houses and the five accounts."""
    with writing(session):
        here = House(
            name="France services Sainte-Foy",
            phone="+33536490010",
            email="sainte-foy@exemple.fr",
            address="2 place de la Mairie",
        )
        there = House(name="France services Castillon", phone="+33536490020")
        session.add_all([here, there])
        session.flush()
        paul = _account(session, here, "paul", "Paul Ferrand", Role.AGENT)
        accounts.join_house(session, there, "paul", Role.MANAGER)
        odile = accounts.open_account(
            session,
            house=None,
            login="odile",
            name="Odile Garnier",
            password=PASSWORD,
            administrator=True,
        )
        return Cast(
            paul=paul,
            odile=odile,
            sainte_foy=here,
            castillon=there,
            lea=_account(session, here, "lea", "Léa Martin", Role.AGENT),
            nadia=_account(session, here, "nadia", "Nadia Roux", Role.MANAGER),
            karim=_account(session, there, "karim", "Karim Haddad", Role.AGENT),
        )


def booked(
    session: Session, keys: RoomKeys, agent: Agent, *, now: datetime, **changes: Any
) -> Appointment:
    """Book Amina with an agent, in a quarter of an hour, by SMS; ``changes`` are what matters."""
    usual: dict[str, Any] = {
        "citizen_name": "Amina Benali",
        "language": "fr",
        "channel": Channel.SMS,
        "contact": "+33639980011",
        "reason": "Aide au logement",
        "starts_at": now + timedelta(minutes=15),
        "duration_min": 30,
    }
    with writing(session):
        wish = booking.Wish(agent=agent, **{"house": agent.houses[0], **usual, **changes})
        return booking.book(session, keys, wish, now=now)


def arrived(
    session: Session,
    appointment: Appointment,
    *,
    now: datetime,
    step: str = "welcome",
    checks: Sequence[tuple[str, str, str]] = (),
    waiting: bool = False,
) -> Visit:
    """Let the citizen come in, as far as ``step``; each check is (name, level, code)."""
    with writing(session):
        visit = progress.enter(session, appointment.room, language=appointment.language, now=now)
        progress.reach(session, visit, step, now=now)
        for check, verdict, code in checks:
            results.add(session, visit, check, verdict=verdict, code=code, figures={}, now=now)
        if waiting:
            admission.knock(session, visit.participant, now=now)
        return visit


def _account(session: Session, house: House, login: str, name: str, role: Role) -> Agent:
    return accounts.open_account(
        session, house=house, login=login, name=name, password=PASSWORD, role=role
    )

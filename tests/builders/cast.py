"""The cast: Léa receives at Sainte-Foy, Nadia manages it, Karim works in another house.

Paul works in both houses (and manages Castillon); Odile administers all of them.

Builders give meaning, their keyword arguments give the point: ``booked(…, language="ar")``.
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
from kiosk.calls.model import CameBy
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
    here, there = sainte_foy(session), castillon(session)
    paul = account(session, here, "paul", "Paul Ferrand")
    with writing(session):
        accounts.join_house(session, there, "paul", Role.MANAGER)
    return Cast(
        paul=paul,
        odile=account(session, None, "odile", "Odile Garnier", administrator=True),
        sainte_foy=here,
        castillon=there,
        lea=account(session, here, "lea", "Léa Martin"),
        nadia=account(session, here, "nadia", "Nadia Roux", role=Role.MANAGER),
        karim=account(session, there, "karim", "Karim Haddad"),
    )


def sainte_foy(session: Session, **changes: Any) -> House:
    """Open the house where Léa receives."""
    usual: dict[str, Any] = {
        "name": "France services Sainte-Foy",
        "phone": "+33536490010",
        "email": "sainte-foy@exemple.fr",
        "address": "2 place de la Mairie",
    }
    return _added(session, House(**{**usual, **changes}))


def castillon(session: Session) -> House:
    """Open the other house."""
    return _added(session, House(name="France services Castillon", phone="+33536490020"))


def account(session: Session, house: House | None, login: str, name: str, **changes: Any) -> Agent:
    """Open an account, an agent's unless ``role`` or ``administrator`` says otherwise."""
    given = {"house": house, "login": login, "name": name, "password": PASSWORD, **changes}
    with writing(session):
        return accounts.open_account(session, **given)


def wish(agent: Agent, *, now: datetime, **changes: Any) -> booking.Wish:
    """Say what an agent types to see Amina, in a quarter of an hour, invited by SMS."""
    usual: dict[str, Any] = {
        "house": agent.houses[0],
        "citizen_name": "Amina Benali",
        "language": "fr",
        "channel": Channel.SMS,
        "phone": "+33639980011",
        "reason": "Aide au logement",
        "starts_at": now + timedelta(minutes=15),
        "duration_min": 30,
    }
    return booking.Wish(agent=agent, **{**usual, **changes})


def booked(
    session: Session, keys: RoomKeys, agent: Agent, *, now: datetime, **changes: Any
) -> Appointment:
    """Book as :func:`wish` says; ``changes`` are what matters."""
    with writing(session):
        return booking.book(session, keys, wish(agent, now=now, **changes), now=now)


def arrived(
    session: Session,
    appointment: Appointment,
    *,
    now: datetime,
    step: str = "welcome",
    checks: Sequence[tuple[str, str, str]] = (),
    waiting: bool = False,
    came_by: CameBy = CameBy.LINK,
) -> Visit:
    """Let the citizen come in, as far as ``step``; each check is (name, level, code)."""
    language = appointment.language
    with writing(session):
        visit = progress.enter(
            session, appointment.room, language=language, now=now, came_by=came_by
        )
        progress.reach(session, visit, step, now=now)
        for check, verdict, code in checks:
            results.add(session, visit, check, verdict=verdict, code=code, figures={}, now=now)
        if waiting:
            admission.knock(session, visit.participant, now=now)
        return visit


def _added(session: Session, house: House) -> House:
    with writing(session):
        session.add(house)
    return house

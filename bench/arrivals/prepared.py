"""The installation before the morning's rush: four houses, their agents, a hundred appointments."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import text
from sqlalchemy.orm import Session

from kiosk import clock
from kiosk.appointments.model import Channel
from kiosk.calls.links import RoomKeys
from kiosk.houses.model import Agent, House
from kiosk.storage.database import Database, writing
from tests.builders import cast

HOUSES = 4
_DEADLOCKS = "SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()"


@dataclass(frozen=True, slots=True)
class Prepared:
    """The links of the citizens, and the logins of one agent a house."""

    tokens: list[str]
    logins: list[str]


def prepare(database: Database, secret: str, *, citizens: int) -> Prepared:
    """Open the houses and book the appointments, all for now; invitations are due at once."""
    keys = RoomKeys(secret)
    with database.session() as session:
        agents = [_agent_of_a_house(session, number) for number in range(1, HOUSES + 1)]
        tokens = [
            _token(session, keys, agents[number % HOUSES], number) for number in range(citizens)
        ]
        return Prepared(tokens, [agent.login for agent in agents])


def deadlocks(database: Database) -> int:
    """Return how many deadlocks PostgreSQL has broken; 0 on SQLite, which has none."""
    if database.engine.dialect.name != "postgresql":
        return 0
    with database.session() as session:
        return int(session.scalar(text(_DEADLOCKS)) or 0)


def _agent_of_a_house(session: Session, number: int) -> Agent:
    with writing(session):
        house = House(name=f"France services {number}", phone=f"+3353649003{number}")
        session.add(house)
    return cast.account(session, house, f"agent-{number}", "Léa Martin")


def _token(session: Session, keys: RoomKeys, agent: Agent, number: int) -> str:
    now = clock.now()
    appointment = cast.booked(
        session,
        keys,
        agent,
        now=now,
        citizen_name=f"Personne {number}",
        channel=Channel.EMAIL,
        email=f"personne{number}@example.org",
        starts_at=now + timedelta(minutes=5),
    )
    return keys.of(appointment.room).token

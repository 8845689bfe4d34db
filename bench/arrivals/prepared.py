"""The installation before the morning's rush: four houses, their agents, a hundred appointments."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import text
from sqlalchemy.orm import Session

from kiosk import clock
from kiosk.appointments import booking
from kiosk.appointments.model import Channel
from kiosk.calls.links import RoomKeys
from kiosk.houses import accounts
from kiosk.houses.model import Agent, House
from kiosk.storage.database import Database, writing

HOUSES = 4
PASSWORD = "bonjour-madame"

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
        session.flush()
    with writing(session):
        return accounts.open_account(
            session, house=house, login=f"agent-{number}", name="Léa Martin", password=PASSWORD
        )


def _token(session: Session, keys: RoomKeys, agent: Agent, number: int) -> str:
    now = clock.now()
    with writing(session):
        appointment = booking.book(
            session,
            keys,
            booking.Wish(
                house=agent.houses[0],
                agent=agent,
                citizen_name=f"Personne {number}",
                language="fr",
                channel=Channel.EMAIL,
                contact=f"personne{number}@example.org",
                reason="Aide au logement",
                starts_at=now + timedelta(minutes=5),
                duration_min=30,
            ),
            now=now,
        )
        return keys.of(appointment.room).token

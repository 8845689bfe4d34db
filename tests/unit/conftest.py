"""A database in memory, a frozen hour, and the cast: Léa and Karim, agents of two houses."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import create_engine
from sqlalchemy.orm import Session

from kiosk.appointments import booking
from kiosk.appointments.model import Appointment, Channel
from kiosk.calls.gate import Gate
from kiosk.houses import accounts
from kiosk.houses.model import Agent, House
from kiosk.storage.base import Base
from kiosk.storage.database import writing
from tests.builders.remembering_engine import RememberingEngine

NOON = datetime(2026, 3, 30, 10, 0, tzinfo=UTC)


@pytest.fixture
def now() -> datetime:
    return NOON


@pytest.fixture
def session() -> Iterator[Session]:
    engine = create_engine("sqlite://")
    Base.metadata.create_all(engine)
    with Session(engine) as session:
        yield session
    engine.dispose()


@pytest.fixture
def gate() -> Gate:
    return Gate.with_secret("a secret long enough for the tests of the gate")


@pytest.fixture
def engine() -> RememberingEngine:
    return RememberingEngine()


@pytest.fixture
def sainte_foy(session: Session) -> House:
    with writing(session):
        house = House(name="France services Sainte-Foy", phone="+33557410000")
        session.add(house)
    return house


@pytest.fixture
def lea(session: Session, sainte_foy: House) -> Agent:
    with writing(session):
        return accounts.open_account(
            session, house=sainte_foy, login="lea", name="Léa Martin", password="bonjour-madame"
        )


@pytest.fixture
def aminas(session: Session, gate: Gate, lea: Agent) -> Appointment:
    """Amina's appointment with Léa: half an hour, in twenty minutes, by SMS."""
    with writing(session):
        return booking.book(
            session,
            gate.keys,
            booking.Wish(
                house=lea.houses[0],
                agent=lea,
                citizen_name="Amina Benali",
                language="fr",
                channel=Channel.SMS,
                contact="+33639980011",
                reason="Demande d'aide au logement",
                starts_at=NOON + timedelta(minutes=20),
                duration_min=30,
            ),
            now=NOON,
        )

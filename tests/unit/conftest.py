"""A database in memory, a frozen hour, and the cast as far as each test needs it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from functools import partial

import pytest
from sqlalchemy.orm import Session

from kiosk.appointments.model import Appointment
from kiosk.calls.gate import Gate
from kiosk.houses.model import Agent, House, Role
from tests.builders import cast, databases
from tests.builders.remembering_engine import RememberingEngine

NOON = datetime(2026, 3, 30, 10, 0, tzinfo=UTC)


@pytest.fixture
def now() -> datetime:
    return NOON


@pytest.fixture
def session() -> Iterator[Session]:
    engine = databases.in_memory()
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
    return cast.sainte_foy(session)


@pytest.fixture
def castillon(session: Session) -> House:
    return cast.castillon(session)


@pytest.fixture
def lea(session: Session, sainte_foy: House) -> Agent:
    return cast.account(session, sainte_foy, "lea", "Léa Martin")


@pytest.fixture
def nadia(session: Session, sainte_foy: House) -> Agent:
    return cast.account(session, sainte_foy, "nadia", "Nadia Roux", role=Role.MANAGER)


@pytest.fixture
def odile(session: Session) -> Agent:
    return cast.account(session, None, "odile", "Odile Garnier", administrator=True)


@pytest.fixture
def book(session: Session, gate: Gate, lea: Agent, now: datetime) -> Callable[..., Appointment]:
    """Book Amina with Léa; keyword arguments change what matters."""
    return partial(cast.booked, session, gate.keys, lea, now=now)


@pytest.fixture
def aminas(book: Callable[..., Appointment], now: datetime) -> Appointment:
    """Amina's appointment with Léa: half an hour, in twenty minutes, by SMS."""
    return book(starts_at=now + timedelta(minutes=20))

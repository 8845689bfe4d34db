"""A house with an agent, its database in a file, and a real mail server."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from kiosk.appointments import booking
from kiosk.appointments.model import Appointment, Channel
from kiosk.calls.links import RoomKeys
from kiosk.houses import accounts
from kiosk.houses.model import Agent, House
from kiosk.settings import Settings
from kiosk.storage.base import Base
from kiosk.storage.database import Database, writing
from tests.builders.remembering_engine import RememberingEngine
from tests.drivers.counterparts import Mailbox, mail_server

SECRET = "a secret for the tests of delivery, long enough"

Book = Callable[..., int]


@pytest.fixture
def mailbox() -> Mailbox:
    return Mailbox()


@pytest.fixture
def settings(tmp_path: Path, mailbox: Mailbox) -> Iterator[Settings]:
    with mail_server(mailbox) as port:
        yield Settings(
            secret_key=SECRET,
            instance_dir=tmp_path / "instance",
            database_url=f"sqlite:///{tmp_path / 'kiosk.sqlite3'}",
            base_url="https://visio.exemple.fr",
            smtp_url=f"smtp://127.0.0.1:{port}",
            mail_from="Guichet Visio <ne-pas-repondre@visio.exemple.fr>",
        )


@pytest.fixture
def keys() -> RoomKeys:
    return RoomKeys(SECRET)


@pytest.fixture
def database(settings: Settings) -> Iterator[Database]:
    database = Database(settings.sqlalchemy_url)
    Base.metadata.create_all(database.engine)
    with database.session() as session, writing(session):
        house = House(name="France services Sainte-Foy", phone="+33557410000")
        session.add(house)
        session.flush()
        accounts.open_account(
            session, house=house, login="lea", name="Léa Martin", password="bonjour-madame"
        )
    yield database
    database.close()


@pytest.fixture
def book(database: Database, keys: RoomKeys) -> Book:
    """Book Amina an appointment with Léa; return its id."""

    def make(starts_at: datetime, now: datetime, **changes: Any) -> int:
        with database.session() as session, writing(session):
            lea = session.get(Agent, 1)
            assert lea is not None
            given: dict[str, Any] = {
                "house": lea.houses[0],
                "agent": lea,
                "citizen_name": "Amina Benali",
                "language": "fr",
                "channel": Channel.EMAIL,
                "contact": "amina@exemple.fr",
                "reason": "Demande d'aide au logement",
                "starts_at": starts_at,
                "duration_min": 30,
            }
            wish = booking.Wish(**(given | changes))
            return booking.book(session, keys, wish, now=now).id

    return make


@pytest.fixture
def move(database: Database) -> Callable[[int, timedelta, datetime], None]:
    """Move an appointment by so much."""

    def by(appointment_id: int, later: timedelta, now: datetime) -> None:
        with database.session() as session:
            appointment = session.get(Appointment, appointment_id)
            assert appointment is not None
            starts_at = appointment.starts_at + later
            engine = RememberingEngine()
            booking.move(
                session, engine, appointment, starts_at=starts_at, duration_min=30, now=now
            )

    return by


@pytest.fixture
def cancel(database: Database) -> Callable[[int, datetime], None]:
    """Cancel an appointment."""

    def off(appointment_id: int, now: datetime) -> None:
        with database.session() as session:
            appointment = session.get(Appointment, appointment_id)
            assert appointment is not None
            booking.cancel(session, RememberingEngine(), appointment, now=now)

    return off

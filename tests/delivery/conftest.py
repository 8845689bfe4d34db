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
from kiosk.houses.model import Agent
from kiosk.settings import Settings
from kiosk.storage.database import Database
from tests.builders import cast, databases
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
    database = databases.in_file(settings.sqlalchemy_url)
    with database.session() as session:
        cast.account(session, cast.sainte_foy(session), "lea", "Léa Martin")
    yield database
    database.close()


@pytest.fixture
def book(database: Database, keys: RoomKeys) -> Book:
    """Book Amina an appointment with Léa, invited by e-mail; return its id."""

    def make(starts_at: datetime, now: datetime, **changes: Any) -> int:
        given = {"channel": Channel.EMAIL, "email": "amina@exemple.fr", **changes}
        with database.session() as session:
            lea = session.get_one(Agent, 1)
            return cast.booked(session, keys, lea, starts_at=starts_at, now=now, **given).id

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

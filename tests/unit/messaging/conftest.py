"""A real database in a file, and what a message about Robert's appointment may say."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from kiosk.language.catalogues import catalogue
from kiosk.messaging.composing import Composer
from kiosk.settings import ROOT
from kiosk.storage import outbox
from kiosk.storage.base import Base
from kiosk.storage.database import Database, writing
from kiosk.storage.outbox_leases import Lease

NOON = datetime(2026, 11, 26, 12, 0, tzinfo=UTC)

Enqueue = Callable[..., bool]


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """As ``kiosk.appointments.invitations.InvitationValues``, which lives a floor above."""

    citizen_name: str = "Robert Martin"
    house_name: str = "France services Guéret"
    house_phone: str = "+33555123456"
    starts_at: datetime = NOON + timedelta(minutes=90)
    time_zone: str = "Europe/Paris"
    duration_min: int = 30
    version: int = 1
    join_url: str = "https://visio.exemple.fr/rdv#AbCdEfGhIjKlMnOpQrStUv"
    home_url: str = "https://visio.exemple.fr"
    room_code: str = "123 456 789"
    password: str = "tokiba"


@pytest.fixture
def now() -> datetime:
    return NOON


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    database = Database(f"sqlite:///{tmp_path / 'kiosk.sqlite3'}")
    Base.metadata.create_all(database.engine)
    yield database
    database.close()


@pytest.fixture
def enqueue(database: Database) -> Enqueue:
    """Queue one message, due at noon and useless at half past, unless told otherwise."""

    def put(dedup_key: str = "appt:7:reminder15:v1", now: datetime = NOON, **changes: Any) -> bool:
        given: dict[str, Any] = {
            "kind": "appointment.reminder",
            "channel": "email",
            "recipient": "robert@exemple.fr",
            "language": "fr",
            "subject_of": 7,
            "due_at": NOON,
            "expires_at": NOON + timedelta(minutes=30),
            "payload": {"version": 1},
        }
        message = outbox.NewMessage(dedup_key=dedup_key, **(given | changes))
        with database.session() as session, writing(session):
            return outbox.enqueue(session, message, now=now)

    return put


@pytest.fixture
def composer() -> Composer:
    return Composer(
        templates=ROOT / "kiosk" / "templates" / "messages",
        sentences=catalogue,
        mail_from="Guichet Visio <ne-pas-repondre@visio.exemple.fr>",
    )


@pytest.fixture
def facts() -> Callable[..., Facts]:
    """Say what is true of Robert's appointment, with changes."""
    return lambda **changes: replace(Facts(), **changes)


@pytest.fixture
def parcel() -> Callable[..., Lease]:
    """Take a message to Robert in hand, with changes."""

    def make(kind: str = "reminder", **changes: Any) -> Lease:
        given: dict[str, Any] = {
            "id": 1,
            "attempt": 1,
            "reference": "0123456789abcdef0123456789abcdef",
            "kind": f"appointment.{kind}",
            "channel": "email",
            "recipient": "robert@exemple.fr",
            "language": "fr",
            "subject_of": 7,
            "payload": {"version": 1},
            "until": NOON + timedelta(minutes=4),
            "expires_at": NOON + timedelta(minutes=30),
        }
        return Lease(**(given | changes))

    return make

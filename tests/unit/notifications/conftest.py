"""A real database in a file, with a message queue."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.orm import Session

from kiosk.notifications import queue
from kiosk.storage.database import Database, writing
from tests.builders import databases

NOON = datetime(2026, 11, 26, 12, 0, tzinfo=UTC)

Enqueue = Callable[..., bool]


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    database = databases.in_file(f"sqlite:///{tmp_path / 'kiosk.sqlite3'}")
    yield database
    database.close()


@pytest.fixture
def enqueue(database: Database) -> Enqueue:
    """Queue one message, due at noon and expiring at half past, with changes."""

    def put(dedup_key: str = "appt:7:reminder15:v1", now: datetime = NOON, **changes: Any) -> bool:
        given: dict[str, Any] = {
            "kind": "appointment_reminder",
            "channel": "email",
            "recipient": "robert@exemple.fr",
            "language": "fr",
            "subject_type": "appointment",
            "subject_id": 7,
            "due_at": NOON,
            "expires_at": NOON + timedelta(minutes=30),
            "payload": {"version": 1},
        }
        message = queue.NewMessage(dedup_key=dedup_key, **(given | changes))
        with database.session() as session, writing(session):
            return queue.enqueue(session, message, now=now)

    return put


@pytest.fixture
def session(database: Database) -> Iterator[Session]:
    with database.session() as session:
        yield session

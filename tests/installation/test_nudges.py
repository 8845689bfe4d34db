"""A page of the real server hears within a second of what another process commits."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from typing import Any

import socketio
from sqlalchemy import select

from kiosk import clock
from kiosk.appointments.model import Appointment
from kiosk.notifications import queue
from kiosk.notifications.model import QueuedMessage
from kiosk.realtime import tickets
from kiosk.storage import revisions
from kiosk.storage.database import Database, writing
from tests.drivers.server import RunningServer


class Page:
    """A page's socket; each nudge is kept with the instant at which it arrived."""

    def __init__(self) -> None:
        self.socket = socketio.AsyncClient(reconnection=False)
        self._heard: asyncio.Queue[tuple[dict[str, Any], datetime]] = asyncio.Queue()
        self.socket.on("nudge", lambda nudge: self._heard.put_nowait((nudge, clock.now())))

    async def hears(self) -> tuple[dict[str, Any], datetime]:
        """Return the next nudge, waiting for it at most ten seconds."""
        return await asyncio.wait_for(self._heard.get(), 10)


@asynccontextmanager
async def page_of(server: RunningServer, topic: str) -> AsyncIterator[Page]:
    page = Page()
    ticket = tickets.issue(server.secret, [topic])
    await page.socket.connect(server.url, auth={"ticket": ticket}, transports=["websocket"])
    try:
        yield page
    finally:
        await page.socket.disconnect()


async def test_a_commit_of_another_process_nudges_the_page_within_a_second(
    server: RunningServer,
) -> None:
    def commit() -> datetime:
        database = server.database()
        with database.session() as session, writing(session):
            revisions.bump(session, "room:4242")
        committed = clock.now()
        database.close()
        return committed

    async with page_of(server, "room:4242") as page:
        committed = await asyncio.to_thread(commit)
        nudge, arrived = await page.hears()

    assert nudge == {"topic": "room:4242", "revision": 1}
    assert arrived - committed < timedelta(seconds=1)


async def test_a_message_that_the_delivery_worker_sent_nudges_the_board_within_a_second(
    server: RunningServer,
) -> None:
    database = server.database()
    with database.session() as session:
        appointment = session.scalars(select(Appointment)).first()
        assert appointment is not None
        topic = f"house:{appointment.house_id}"

    async with page_of(server, topic) as page:
        message_id = await asyncio.to_thread(enqueue, database, appointment)
        sent_at = None
        # The first nudge may be that of a topic new to the server: nothing was sent by then.
        while sent_at is None:
            nudge, arrived = await page.hears()
            sent_at = when_sent(database, message_id)

    assert nudge["topic"] == topic
    assert arrived - sent_at < timedelta(seconds=1)
    database.close()


def when_sent(database: Database, message_id: int) -> datetime | None:
    with database.session() as session:
        return session.get_one(QueuedMessage, message_id).sent_at


def enqueue(database: Database, appointment: Appointment) -> int:
    """Queue a message for the worker without touching any revision."""
    now = clock.now()
    message = queue.NewMessage(
        dedup_key="test:one-more-confirmation",
        kind="appointment_confirmation",
        channel="email",
        recipient="amina@exemple.fr",
        language="fr",
        subject_type="appointment",
        subject_id=appointment.id,
        due_at=now,
        expires_at=now + timedelta(hours=1),
        payload={"version": appointment.version},
    )
    with database.session() as session, writing(session):
        assert queue.enqueue(session, message, now=now)
        return queue.recent(session)[0].id

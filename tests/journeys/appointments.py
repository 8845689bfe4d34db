"""Appointments for journeys: each test has its own, open now, in a server that tests share."""

from __future__ import annotations

from dataclasses import dataclass

from kiosk import clock
from kiosk.appointments import booking
from kiosk.appointments.invitations import join_url
from kiosk.appointments.model import Channel
from kiosk.calls.links import RoomKeys
from kiosk.houses import store as houses
from kiosk.storage.database import writing
from tests.drivers.server import RunningServer


@dataclass(frozen=True, slots=True)
class Booked:
    """The citizen's link, code and password, and for the agent the ids of appointment and room."""

    id: int
    room: int
    citizen_name: str
    link: str
    code: str
    password: str


def book(server: RunningServer, citizen_name: str = "Amina Diallo") -> Booked:
    """Book with Léa, now, as the booking page does."""
    now = clock.now()
    keys = RoomKeys(server.secret)
    database = server.database()
    try:
        with database.session() as session, writing(session):
            lea = houses.agent_by_login(session, server.demo.agent_login)
            assert lea is not None
            wish = booking.Wish(
                house=lea.houses[0],
                agent=lea,
                citizen_name=citizen_name,
                language="fr",
                channel=Channel.PAPER,
                contact="",
                reason="Aide au logement",
                starts_at=now,
                duration_min=30,
            )
            made = booking.book(session, keys, wish, now=now)
            held = keys.of(made.room)
            return Booked(
                id=made.id,
                room=made.room_id,
                citizen_name=citizen_name,
                link=join_url(server.url, held.token),
                code=held.spoken_code,
                password=held.password,
            )
    finally:
        database.close()

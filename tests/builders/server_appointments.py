"""Appointments in a running server: each test has its own, open now."""

from __future__ import annotations

from dataclasses import dataclass

from kiosk import clock
from kiosk.appointments.invitations import join_url
from kiosk.appointments.model import Channel
from kiosk.calls.links import RoomKeys
from kiosk.houses import store as houses
from tests.builders import cast
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
        with database.session() as session:
            lea = houses.agent_by_login(session, server.demo.agent_login)
            assert lea is not None
            made = cast.booked(
                session,
                keys,
                lea,
                citizen_name=citizen_name,
                channel=Channel.PAPER,
                starts_at=now,
                now=now,
            )
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

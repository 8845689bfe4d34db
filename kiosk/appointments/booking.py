"""Booking, moving, cancelling and closing appointments: whole use cases.

The room, its link, code and password exist as soon as the appointment does. What ends an
appointment ends everything of it: admissions, connections, messages not sent (decision 0251).
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

from sqlalchemy.orm import Session

from kiosk.appointments import invitations, store
from kiosk.appointments.model import Appointment, Channel, Status
from kiosk.calls import rooms
from kiosk.calls.ending import ending
from kiosk.calls.links import RoomKeys
from kiosk.errors import Conflict, KioskError
from kiosk.houses import calendar
from kiosk.houses.model import Agent, House
from kiosk.media.engine import MediaEngine

DURATIONS_MIN = calendar.DURATIONS_MIN
FARTHEST = timedelta(days=366)


@dataclass(frozen=True, slots=True, kw_only=True)
class Details:
    """Who comes, how to reach them, why and where they will be; already cleaned.

    ``phone`` is E.164, and empty for somebody who has no telephone. ``kiosk_house`` is the house
    at whose kiosk they will be; None when they use a device of their own.
    """

    citizen_name: str
    language: str
    channel: Channel
    email: str = ""
    phone: str = ""
    reason: str = ""
    kiosk_house: House | None = None

    def as_fields(self) -> dict[str, Any]:
        """Return each detail by its name."""
        return {one.name: getattr(self, one.name) for one in fields(Details)}

    def write_to(self, appointment: Appointment) -> None:
        """Replace the details of an appointment."""
        for name, value in self.as_fields().items():
            setattr(appointment, name, value)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish(Details):
    """What an agent typed in the booking form, already cleaned; ``starts_at`` is aware."""

    house: House
    agent: Agent
    starts_at: datetime
    duration_min: int


def book(session: Session, keys: RoomKeys, wish: Wish, *, now: datetime) -> Appointment:
    """Make the appointment, its room and its messages in one transaction; return it flushed.

    Raises KioskError ``booking.in_the_past`` or ``booking.too_far``. Two appointments of one
    agent may overlap: the form warns (:func:`store.clashing`), the agent decides.
    """
    starts_at = wish.starts_at.astimezone(UTC)
    _check_time(starts_at, wish.duration_min, now)
    room = rooms.open_room(
        session,
        keys,
        house_id=wish.house.id,
        starts_at=starts_at,
        duration=timedelta(minutes=wish.duration_min),
    )
    appointment = Appointment(
        house=wish.house,
        agent=wish.agent,
        room=room,
        starts_at=starts_at,
        duration_min=wish.duration_min,
        status=Status.BOOKED,
        version=1,
        booked_at=now,
        calendar_uid=uuid4().hex,
    )
    wish.write_to(appointment)
    session.add(appointment)
    session.flush()
    invitations.announce_booking(session, appointment, now=now)
    store.announce(session, appointment)
    return appointment


def move(
    session: Session,
    engine: MediaEngine,
    appointment: Appointment,
    *,
    starts_at: datetime,
    duration_min: int,
    now: datetime,
) -> None:
    """Give another hour; link, code and password follow. Writes and commits.

    When it moves away from now, everybody in the room is shown out. Raises as :func:`book`, or
    Conflict ``booking.not_open``.
    """
    with ending(session, engine) as ended:
        refuse_unless_booked(appointment)
        # Adding minutes to an hour of a time zone goes wrong on the nights when clocks change.
        starts_at = starts_at.astimezone(UTC)
        _check_time(starts_at, duration_min, now)
        appointment.starts_at = starts_at
        appointment.duration_min = duration_min
        appointment.version += 1
        rooms.move(
            session,
            appointment.room,
            ended,
            starts_at=starts_at,
            duration=appointment.duration,
            now=now,
        )
        invitations.announce_move(session, appointment, now=now)


def cancel(
    session: Session, engine: MediaEngine, appointment: Appointment, *, now: datetime
) -> None:
    """Cancel: the link opens nothing, the call ends, nothing queued leaves, the citizen reads so.

    Writes and commits. Raises Conflict ``booking.not_open``.
    """
    with ending(session, engine) as ended:
        refuse_unless_booked(appointment)
        appointment.status = Status.CANCELLED_BY_AGENT
        appointment.version += 1
        rooms.cancel(session, appointment.room, ended, now=now)
        invitations.announce_cancellation(session, appointment, now=now)


def close(
    session: Session,
    engine: MediaEngine,
    appointment: Appointment,
    status: Status,
    *,
    now: datetime,
) -> None:
    """Record that the citizen came, or did not: the room closes and nothing queued leaves.

    Writes and commits. Raises Conflict ``booking.not_open``.
    """
    if status not in (Status.ATTENDED, Status.NO_SHOW):
        raise ValueError(f"{status} does not close an appointment")
    with ending(session, engine) as ended:
        refuse_unless_booked(appointment)
        appointment.status = status
        rooms.close(session, appointment.room, ended, now=now)
        invitations.withdraw(session, appointment, now=now)


def renew_credentials(
    session: Session,
    engine: MediaEngine,
    keys: RoomKeys,
    appointment: Appointment,
    *,
    now: datetime,
) -> None:
    """Replace link, code and password, as when a card was lost. Writes and commits.

    All who came in by the old ones are shown out; messages not sent yet carry the new ones.
    """
    with ending(session, engine) as ended:
        rooms.renew_credentials(session, keys, appointment.room, ended, now=now)


def refuse_unless_booked(appointment: Appointment) -> None:
    """Raise Conflict ``booking.not_open`` for an appointment that is cancelled or closed."""
    if appointment.status != Status.BOOKED:
        raise Conflict("booking.not_open")


def _check_time(starts_at: datetime, duration_min: int, now: datetime) -> None:
    if duration_min not in DURATIONS_MIN:
        raise KioskError("booking.bad_duration")
    if starts_at + timedelta(minutes=duration_min) <= now:
        raise KioskError("booking.in_the_past")
    if starts_at > now + FARTHEST:
        raise KioskError("booking.too_far")

"""Queries about appointments."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session, defaultload

from kiosk.appointments.model import Appointment, Status
from kiosk.errors import NotFound
from kiosk.houses.model import Agent
from kiosk.storage import revisions

_AGENT_ALONE = defaultload(Appointment.agent).lazyload(Agent.memberships)
"""An appointment shows its agent's name: their houses are read only when somebody asks."""

LONGEST = timedelta(days=1)
"""No appointment lasts as long: one that began before is over."""


def appointment(
    session: Session, appointment_id: int, *, house_ids: Collection[int]
) -> Appointment:
    """Return an appointment of one of these houses; raise NotFound, also for another house's."""
    found = session.get(Appointment, appointment_id)
    if found is None or found.house_id not in house_ids:
        raise NotFound("appointment.not_found")
    return found


def by_id(session: Session, appointment_id: int) -> Appointment | None:
    """Return an appointment whatever its house: for workers, never for a person's request."""
    return session.get(Appointment, appointment_id)


def of_room(session: Session, room_id: int) -> Appointment | None:
    """Return the appointment that owns the room."""
    return session.scalar(
        select(Appointment).where(Appointment.room_id == room_id).options(_AGENT_ALONE)
    )


def of_rooms(session: Session, room_ids: Iterable[int]) -> dict[int, Appointment]:
    """Return the appointments that own these rooms, by room, with one query.

    A room without an appointment is left out.
    """
    found = session.scalars(
        select(Appointment).where(Appointment.room_id.in_(list(room_ids))).options(_AGENT_ALONE)
    )
    return {appointment.room_id: appointment for appointment in found}


def between(
    session: Session, *, house_id: int, start: datetime, end: datetime
) -> Sequence[Appointment]:
    """Return the appointments of a house that start in ``[start, end[``, in order of time."""
    return session.scalars(
        select(Appointment)
        .where(
            Appointment.house_id == house_id,
            Appointment.starts_at >= start,
            Appointment.starts_at < end,
        )
        .options(_AGENT_ALONE)
        .order_by(Appointment.starts_at, Appointment.id)
    ).all()


def clashing(
    session: Session, *, agent_id: int, start: datetime, end: datetime, but: int | None = None
) -> Appointment | None:
    """Return a booked appointment of this agent that overlaps ``[start, end[``, if any."""
    nearby = session.scalars(
        select(Appointment).where(
            Appointment.agent_id == agent_id,
            Appointment.status == Status.BOOKED,
            Appointment.starts_at < end,
            Appointment.id != but,  # IS NOT NULL, so every one, without it
        )
    )
    return next((other for other in nearby if other.ends_at > start), None)


def to_come(
    session: Session, agent_id: int, *, house_id: int, now: datetime
) -> Sequence[Appointment]:
    """Return an agent's booked appointments in a house that are not over, in order of time."""
    begun_long_ago = now - LONGEST
    found = session.scalars(
        select(Appointment)
        .where(
            Appointment.agent_id == agent_id,
            Appointment.house_id == house_id,
            Appointment.status == Status.BOOKED,
            Appointment.starts_at > begun_long_ago,
        )
        .order_by(Appointment.starts_at, Appointment.id)
    )
    return [one for one in found if one.ends_at > now]


def houses_to_come(session: Session, agent_id: int, *, now: datetime) -> Sequence[int]:
    """Return the houses in which an agent has booked appointments that may not be over."""
    return session.scalars(
        select(Appointment.house_id)
        .where(
            Appointment.agent_id == agent_id,
            Appointment.status == Status.BOOKED,
            Appointment.starts_at > now - LONGEST,
        )
        .distinct()
        .order_by(Appointment.house_id)
    ).all()


def announce(session: Session, appointment: Appointment) -> None:
    """Tell the house and the room that the appointment changed."""
    revisions.bump(session, f"house:{appointment.house_id}")
    revisions.bump(session, f"room:{appointment.room_id}")

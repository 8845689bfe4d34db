"""Invitations: which messages an appointment owes its citizen, and the values they carry.

Messages hold no link while they wait: it is derived again when they leave (decision 0002), so a
moved or cancelled appointment can never send a stale one.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from kiosk.appointments import store
from kiosk.appointments.model import Appointment, Channel
from kiosk.calls.links import RoomKeys
from kiosk.storage import outbox

REMINDED_BEFORE = timedelta(minutes=15)
SHORTEST_LIFE = timedelta(minutes=15)
"""A notice about an appointment already over (a late cancellation) still has time to leave."""


def announce_booking(session: Session, appointment: Appointment, *, now: datetime) -> None:
    """Queue the confirmation (now) and the reminder with the link (15 minutes before).

    When those 15 minutes have already begun, one message says it all: the reminder.
    """
    _tell_the_hour(session, appointment, "confirmation", now=now)


def announce_move(session: Session, appointment: Appointment, *, now: datetime) -> None:
    """Withdraw what has not left, then queue the new hour and the new reminder, as at booking."""
    outbox.cancel(session, _prefix(appointment), now=now)
    _tell_the_hour(session, appointment, "moved", now=now)


def announce_cancellation(session: Session, appointment: Appointment, *, now: datetime) -> None:
    """Withdraw what has not left and say that the appointment is off."""
    outbox.cancel(session, _prefix(appointment), now=now)
    _queue(session, appointment, "cancellation", due_at=now, now=now)


@dataclass(frozen=True, slots=True, kw_only=True)
class InvitationValues:
    """What every message of an appointment may say; the reason is not among them on purpose."""

    citizen_name: str
    agent_name: str
    house_name: str
    house_phone: str
    house_email: str
    house_address: str
    starts_at: datetime
    time_zone: str
    duration_min: int
    valid_until: datetime
    version: int
    join_url: str
    home_url: str
    room_code: str
    password: str


def values_of(
    session: Session, keys: RoomKeys, appointment_id: int, *, public_url: str
) -> InvitationValues | None:
    """Return the values for a message that leaves now; None when the appointment is gone."""
    appointment = store.by_id(session, appointment_id)
    if appointment is None:
        return None
    credentials = keys.of(appointment.room)
    return InvitationValues(
        citizen_name=appointment.citizen_name,
        agent_name=appointment.agent.name,
        house_name=appointment.house.name,
        house_phone=appointment.house.phone,
        house_email=appointment.house.email,
        house_address=appointment.house.address,
        starts_at=appointment.starts_at,
        time_zone=appointment.house.time_zone,
        duration_min=appointment.duration_min,
        valid_until=appointment.room.closes_at,
        version=appointment.version,
        join_url=join_url(public_url, credentials.token),
        home_url=public_url,
        room_code=credentials.spoken_code,
        password=credentials.password,
    )


def join_url(public_url: str, token: str) -> str:
    """Return the citizen's link; the secret sits in the fragment, which no server ever logs."""
    return f"{public_url}/rdv#{token}"


def _tell_the_hour(session: Session, appointment: Appointment, kind: str, *, now: datetime) -> None:
    remind_at = appointment.starts_at - REMINDED_BEFORE
    if remind_at > now:
        _queue(session, appointment, kind, due_at=now, now=now)
    _queue(session, appointment, "reminder", due_at=max(now, remind_at), now=now)


def _queue(
    session: Session, appointment: Appointment, kind: str, *, due_at: datetime, now: datetime
) -> None:
    if appointment.channel == Channel.PAPER:
        return
    message = outbox.NewMessage(
        dedup_key=f"{_prefix(appointment)}{kind}:v{appointment.version}",
        kind=f"appointment.{kind}",
        channel=appointment.channel,
        recipient=appointment.contact,
        language=appointment.language,
        subject_of=appointment.id,
        due_at=due_at,
        expires_at=max(appointment.ends_at, due_at + SHORTEST_LIFE),
        payload={"version": appointment.version},
    )
    outbox.enqueue(session, message, now=now)


def _prefix(appointment: Appointment) -> str:
    return f"appointment:{appointment.id}:"

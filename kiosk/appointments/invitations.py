"""Invitations: an appointment's events as notices to its citizen, and the facts they may state.

Which kinds of message an event calls for, and when each is sent, is written in
``kiosk/notifications/kinds/``. Queued messages hold no link: it is derived again when they are
sent (decision 0002), so a moved or cancelled appointment can never send an old one.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy.orm import Session

from kiosk.appointments import store
from kiosk.appointments.model import Appointment, Channel
from kiosk.calls.links import RoomKeys
from kiosk.notifications import notices, queue
from kiosk.notifications.kind import Notice

SUBJECT_TYPE = "appointment"
LINK = "appointment_reminder"
"""The kind of message that carries the link."""


def announce_booking(session: Session, appointment: Appointment, *, now: datetime) -> None:
    """Queue the confirmation (now) and the message with the link (15 minutes before).

    When those 15 minutes have already begun, only the message with the link is sent, now.
    """
    _announce(session, appointment, "booked", now=now)


def announce_move(session: Session, appointment: Appointment, *, now: datetime) -> None:
    """Withdraw what is still queued, then queue the new hour and the new link, as at booking."""
    _announce(session, appointment, "moved", now=now)


def announce_cancellation(session: Session, appointment: Appointment, *, now: datetime) -> None:
    """Withdraw what is still queued, then say that the appointment does not take place."""
    _announce(session, appointment, "cancelled", now=now)


def announce_correction(session: Session, appointment: Appointment, *, now: datetime) -> None:
    """Withdraw what is still queued, then queue for the right person or in the right language."""
    _announce(session, appointment, "corrected", now=now)


def announce_reopening(session: Session, appointment: Appointment, *, now: datetime) -> None:
    """Queue again the message with the link, unless its hour has passed."""
    _announce(session, appointment, "reopened", now=now)


def send_link_again(session: Session, appointment: Appointment, *, now: datetime) -> None:
    """Queue the message with the link for now, besides what is queued."""
    notices.send_again(session, _notice(appointment, "resent"), LINK, now=now)


def link_left_for(session: Session, appointment: Appointment) -> set[str]:
    """Return the addresses and numbers to which the message with the link went, or goes now."""
    return queue.recipients_of(session, SUBJECT_TYPE, appointment.id, kind=LINK)


def withdraw(session: Session, appointment: Appointment, *, now: datetime) -> None:
    """Withdraw every message of the appointment that has not left."""
    queue.withdraw(session, SUBJECT_TYPE, appointment.id, now=now)


@dataclass(frozen=True, slots=True, kw_only=True)
class InvitationValues:
    """What the card and the messages of an appointment may say; the reason is not among it."""

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
    calendar_uid: str
    home_url: str
    join_url: str = field(repr=False)
    room_code: str = field(repr=False)
    password: str = field(repr=False)


def values_of(
    session: Session, keys: RoomKeys, appointment_id: int, *, public_url: str
) -> InvitationValues | None:
    """Return what may be said at this moment; None when the appointment is gone."""
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
        calendar_uid=appointment.calendar_uid,
        join_url=join_url(public_url, credentials.token),
        home_url=public_url,
        room_code=credentials.spoken_code,
        password=credentials.password,
    )


def join_url(public_url: str, token: str) -> str:
    """Return the citizen's link; browsers send its fragment, the secret, to no server."""
    return f"{public_url}/rdv#{token}"


@dataclass(frozen=True, slots=True)
class AppointmentSubject:
    """Appointments as a subject of messages (``kiosk/notifications/subjects.py``)."""

    keys: RoomKeys
    public_url: str

    def values(self, session: Session, subject_id: int) -> InvitationValues | None:
        """Return what may be said at this moment; None when the appointment is gone."""
        return values_of(session, self.keys, subject_id, public_url=self.public_url)

    def announce(self, session: Session, subject_id: int) -> None:
        """Raise the revisions of the pages that show the appointment."""
        appointment = store.by_id(session, subject_id)
        if appointment is not None:
            store.announce(session, appointment)


def _announce(session: Session, appointment: Appointment, event: str, *, now: datetime) -> None:
    if appointment.channel == Channel.PAPER:
        withdraw(session, appointment, now=now)
    else:
        notices.announce(session, _notice(appointment, event), now=now)


def _notice(appointment: Appointment, event: str) -> Notice:
    return Notice(
        event=event,
        subject_type=SUBJECT_TYPE,
        subject_id=appointment.id,
        version=appointment.version,
        channel=appointment.channel,
        recipient=appointment.contact,
        language=appointment.language,
        starts_at=appointment.starts_at,
        ends_at=appointment.ends_at,
    )

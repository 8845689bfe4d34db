"""Repairing an appointment: what was typed wrong, who receives, the link once more, a wrong click.

Each is a whole use case: what was queued by the old facts is withdrawn, what the new ones call for
is queued, and every page that shows the appointment is refreshed.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from kiosk.appointments import invitations, store
from kiosk.appointments.booking import Details, refuse_unless_booked
from kiosk.appointments.model import Appointment, Channel, Status
from kiosk.calls import rooms
from kiosk.errors import Conflict, KioskError
from kiosk.houses.model import Agent


def correct(session: Session, appointment: Appointment, details: Details, *, now: datetime) -> None:
    """Replace who comes, how to reach them, why and where. Joins the caller's write transaction.

    When the channel, the address or the language changed, what waited for the former one is
    withdrawn and queued anew, as at booking. What has already left cannot be taken back: see
    :func:`kiosk.appointments.invitations.link_left_for`.
    """
    before = _addressee(appointment)
    details.write_to(appointment)
    if _addressee(appointment) != before and _is_to_come(appointment, now):
        appointment.version += 1
        invitations.announce_correction(session, appointment, now=now)
    store.announce(session, appointment)


def resend_link(session: Session, appointment: Appointment, *, now: datetime) -> None:
    """Send the link now, besides whatever is still to be sent. Joins the caller's transaction.

    Twice within a minute is once. Raises Conflict ``booking.not_open``, or KioskError
    ``booking.on_paper`` for somebody whom no message reaches and ``booking.over``.
    """
    refuse_unless_booked(appointment)
    if appointment.channel == Channel.PAPER:
        raise KioskError("booking.on_paper")
    if now >= appointment.room.closes_at:
        raise KioskError("booking.over")
    invitations.send_link_again(session, appointment, now=now)
    store.announce(session, appointment)


def reassign(session: Session, appointment: Appointment, agent: Agent) -> None:
    """Have another agent of the house receive. Joins the caller's write transaction.

    Raises Conflict ``booking.not_open``, or KioskError ``booking.not_an_agent_here``. Two
    appointments of one agent may overlap: the page warns, the agent decides.
    """
    refuse_unless_booked(appointment)
    if not (agent.active and agent.works_in(appointment.house_id)):
        raise KioskError("booking.not_an_agent_here")
    appointment.agent = agent
    store.announce(session, appointment)


def undo_attendance(session: Session, appointment: Appointment, *, now: datetime) -> None:
    """Take back that the citizen came, or did not. Joins the caller's write transaction.

    The room opens again for the time it has left, and the link that waited is queued again.
    Raises Conflict ``booking.nothing_to_undo``.
    """
    if appointment.status not in (Status.ATTENDED, Status.NO_SHOW):
        raise Conflict("booking.nothing_to_undo")
    appointment.status = Status.BOOKED
    rooms.reopen(session, appointment.room)
    if _is_to_come(appointment, now):
        appointment.version += 1
        invitations.announce_reopening(session, appointment, now=now)
    store.announce(session, appointment)


def _addressee(appointment: Appointment) -> tuple[Channel, str, str]:
    return appointment.channel, appointment.contact, appointment.language


def _is_to_come(appointment: Appointment, now: datetime) -> bool:
    return appointment.status == Status.BOOKED and now < appointment.ends_at

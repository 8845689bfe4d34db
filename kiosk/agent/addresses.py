"""The addresses of an agent's pages that depend on whether there is an appointment."""

from __future__ import annotations

from typing import Any

from flask import url_for

from kiosk.appointments.model import Appointment
from kiosk.calls.model import Room


def call_url(room: Room, appointment: Appointment | None, **query: Any) -> str:
    """Return the address of the call page of a room."""
    if appointment is not None:
        return url_for("agent.call.page", appointment_id=appointment.id, **query)
    return url_for("agent.room_call.page", room_id=room.id, **query)


def page_after_call(appointment: Appointment | None) -> str:
    """Return the address that a call page leads to once the call is over."""
    if appointment is not None:
        return url_for("agent.appointment.page", appointment_id=appointment.id, fait="fini")
    return url_for("agent.today.board")

"""The page of one appointment: its card, its messages, and the forms that change it."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from wtforms.fields.choices import SelectChoice

from kiosk import clock
from kiosk import request as parts
from kiosk.agent.board import Row
from kiosk.agent.card import card_of
from kiosk.agent.citizen_form import CitizenForm
from kiosk.agent.forms import HourForm, ReassignForm
from kiosk.agent.gateways import channels_that_leave
from kiosk.agent.hour_warnings import Warnings
from kiosk.appointments.invitations import SUBJECT_TYPE
from kiosk.appointments.model import Appointment, Channel, Status
from kiosk.calls.gate import code_is_blocked
from kiosk.houses import store as houses
from kiosk.notifications import queue


def done(appointment_id: int, what: str) -> ResponseReturnValue:
    """Lead back to the page, which then says what was done."""
    return redirect(url_for("agent.appointment.page", appointment_id=appointment_id, fait=what))


def show(
    appointment: Appointment,
    *,
    hour_form: HourForm | None = None,
    citizen_form: CitizenForm | None = None,
    reassign_form: ReassignForm | None = None,
    move_warnings: Warnings | None = None,
    reassign_warnings: Warnings | None = None,
) -> str:
    """Write the page; a form that was refused is given back as it was typed."""
    session, now = parts.session(), clock.now()
    messages = queue.about(session, SUBJECT_TYPE, appointment.id)
    is_open = appointment.status == Status.BOOKED
    room_over = appointment.is_cancelled or now >= appointment.room.closes_at
    return render_template(
        "agent/appointment.html",
        appointment=appointment,
        card=card_of(session, parts.gate().keys, appointment, parts.settings().public_url),
        hour_form=hour_form or _hour_form(appointment),
        citizen_form=citizen_form or _citizen_form(appointment),
        reassign_form=reassign_form or asked_reassignment(appointment, blank=True),
        refused=next((one for one in (hour_form, citizen_form, reassign_form) if one), None),
        move_warnings=move_warnings,
        reassign_warnings=reassign_warnings,
        messages=messages,
        row=Row(appointment, messages, under_way=False),
        done=request.args.get("fait", ""),
        now=now,
        is_open=is_open,
        can_resend=is_open and not room_over and appointment.channel != Channel.PAPER,
        kept_here=appointment.channel not in channels_that_leave(),
        can_undo=appointment.status in (Status.ATTENDED, Status.NO_SHOW),
        has_begun=appointment.starts_at <= now,
        room_over=room_over,
        code_blocked=is_open and not room_over and code_is_blocked(appointment.room),
    )


def asked_citizen(appointment: Appointment, *, blank: bool = False) -> CitizenForm:
    """Return the form about the citizen, with what was sent unless ``blank``."""
    known = houses.houses(parts.session())
    if blank:
        return CitizenForm(formdata=None, house=appointment.house, houses=known)
    return CitizenForm(house=appointment.house, houses=known)


def asked_reassignment(appointment: Appointment, *, blank: bool = False) -> ReassignForm:
    """Return the form for who receives, with what was sent unless ``blank``."""
    form = ReassignForm(formdata=None) if blank else ReassignForm()
    form.agent.choices = [
        SelectChoice(one.id, one.name)
        for one in houses.agents_of(parts.session(), appointment.house_id)
    ]
    if blank:
        form.agent.data = appointment.agent_id
    return form


def _hour_form(appointment: Appointment) -> HourForm:
    form = HourForm(formdata=None)
    local = appointment.starts_at.astimezone(ZoneInfo(appointment.house.time_zone))
    form.day.data, form.hour.data = local.date(), local.time()
    form.duration.data = appointment.duration_min
    return form


def _citizen_form(appointment: Appointment) -> CitizenForm:
    form = asked_citizen(appointment, blank=True)
    form.show(appointment)
    return form

"""One appointment: its card, on the screen and on paper, and what may be done with it."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from flask import Blueprint, Response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from kiosk import clock
from kiosk import request as parts
from kiosk.agent.board import Row
from kiosk.agent.card import card_of, paper_card
from kiosk.agent.forms import HourForm
from kiosk.agent.rights import appointment_of_mine, requires
from kiosk.appointments import booking
from kiosk.appointments.invitations import SUBJECT_TYPE
from kiosk.appointments.model import Appointment, Status
from kiosk.errors import KioskError
from kiosk.houses.model import Role
from kiosk.notifications import queue
from kiosk.printing.cards import print_card

routes = Blueprint("appointment", __name__, url_prefix="/rendez-vous/<int:appointment_id>")


@routes.get("")
@requires(Role.AGENT)
def page(appointment_id: int) -> ResponseReturnValue:
    """Show link, code, password and phone on one card, what was sent, and what may be done."""
    return _page(appointment_of_mine(appointment_id))


@routes.get("/carte.pdf")
@requires(Role.AGENT)
def card_pdf(appointment_id: int) -> ResponseReturnValue:
    """Print the card in the citizen's language; takes a second or two."""
    appointment = appointment_of_mine(appointment_id)
    if appointment.is_cancelled:
        raise KioskError("gate.cancelled", status=410)
    card = paper_card(parts.session(), parts.gate().keys, appointment, parts.settings().public_url)
    # Printing takes seconds: the database is not kept waiting meanwhile.
    parts.session().rollback()
    name = f"rendez-vous-{appointment_id}.pdf"
    return Response(
        print_card(card),
        mimetype="application/pdf",
        headers={"Content-Disposition": f'inline; filename="{name}"'},
    )


@routes.post("/deplacer")
@requires(Role.AGENT)
def move(appointment_id: int) -> ResponseReturnValue:
    """Give another hour; the link, the code and the password stay the same."""
    appointment = appointment_of_mine(appointment_id)
    form = HourForm()
    if form.validate_on_submit():
        try:
            starts_at = form.starts_at(appointment.house.time_zone)
            booking.move(
                parts.session(),
                parts.media(),
                appointment,
                starts_at=starts_at,
                duration_min=form.duration.data,
                now=clock.now(),
            )
            return _done(appointment_id, "deplace")
        except KioskError as refused:
            form.refuse(refused)
    return _page(appointment, form)


@routes.post("/annuler")
@requires(Role.AGENT)
def cancel(appointment_id: int) -> ResponseReturnValue:
    """Cancel: the link opens nothing from now on, the call ends, the citizen gets a message."""
    appointment = appointment_of_mine(appointment_id)
    booking.cancel(parts.session(), parts.media(), appointment, now=clock.now())
    return _done(appointment_id, "annule")


@routes.post("/clore")
@requires(Role.AGENT)
def close(appointment_id: int) -> ResponseReturnValue:
    """Record that the citizen came, or did not."""
    appointment = appointment_of_mine(appointment_id)
    status = Status.NO_SHOW if request.form.get("status") == "no_show" else Status.ATTENDED
    booking.close(parts.session(), parts.media(), appointment, status, now=clock.now())
    return _done(appointment_id, "clos")


@routes.post("/renouveler")
@requires(Role.AGENT)
def renew(appointment_id: int) -> ResponseReturnValue:
    """Replace link, code and password, as when a card was lost."""
    appointment = appointment_of_mine(appointment_id)
    booking.renew_credentials(
        parts.session(), parts.media(), parts.gate().keys, appointment, now=clock.now()
    )
    return _done(appointment_id, "renouvele")


def _done(appointment_id: int, what: str) -> ResponseReturnValue:
    return redirect(url_for("agent.appointment.page", appointment_id=appointment_id, fait=what))


def _page(appointment: Appointment, form: HourForm | None = None) -> str:
    if form is None:
        local = appointment.starts_at.astimezone(ZoneInfo(appointment.house.time_zone))
        form = HourForm(formdata=None)
        form.day.data, form.hour.data = local.date(), local.time()
        form.duration.data = appointment.duration_min
    session, now = parts.session(), clock.now()
    messages = queue.about(session, SUBJECT_TYPE, appointment.id)
    return render_template(
        "agent/appointment.html",
        appointment=appointment,
        card=card_of(session, parts.gate().keys, appointment, parts.settings().public_url),
        form=form,
        messages=messages,
        row=Row(appointment, messages, under_way=False),
        done=request.args.get("fait", ""),
        now=now,
        is_open=appointment.status == Status.BOOKED,
        has_begun=appointment.starts_at <= now,
        room_over=appointment.is_cancelled or now >= appointment.room.closes_at,
    )

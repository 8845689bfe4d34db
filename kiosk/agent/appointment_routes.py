"""One appointment: its card, on the screen and on paper, and what may be done with it."""

from __future__ import annotations

from flask import Blueprint, Response, request
from flask.typing import ResponseReturnValue

from kiosk import clock
from kiosk import request as parts
from kiosk.agent.appointment_page import done, show
from kiosk.agent.card import paper_card
from kiosk.agent.forms import HourForm
from kiosk.agent.hour_warnings import against
from kiosk.agent.rights import appointment_of_mine, requires
from kiosk.appointments import booking
from kiosk.appointments.model import Status
from kiosk.errors import KioskError
from kiosk.houses.model import Role
from kiosk.printing.cards import print_card

routes = Blueprint("appointment", __name__, url_prefix="/rendez-vous/<int:appointment_id>")


@routes.get("")
@requires(Role.AGENT)
def page(appointment_id: int) -> ResponseReturnValue:
    """Show link, code, password and phone on one card, what was sent, and what may be done."""
    return show(appointment_of_mine(appointment_id))


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
    """Give another hour, after a warning; link, code and password stay the same."""
    appointment = appointment_of_mine(appointment_id)
    form = HourForm()
    if form.validate_on_submit():
        try:
            starts_at = form.starts_at(appointment.house.time_zone)
            warnings = against(
                appointment.house,
                appointment.agent,
                starts_at,
                form.duration.data,
                but=appointment,
            )
            if warnings.to_be_said:
                return show(appointment, hour_form=form, move_warnings=warnings)
            booking.move(
                parts.session(),
                parts.media(),
                appointment,
                starts_at=starts_at,
                duration_min=form.duration.data,
                now=clock.now(),
            )
            return done(appointment_id, "deplace")
        except KioskError as refused:
            form.refuse(refused)
    return show(appointment, hour_form=form)


@routes.post("/annuler")
@requires(Role.AGENT)
def cancel(appointment_id: int) -> ResponseReturnValue:
    """Cancel: the link opens nothing from now on, the call ends, the citizen gets a message."""
    appointment = appointment_of_mine(appointment_id)
    booking.cancel(parts.session(), parts.media(), appointment, now=clock.now())
    return done(appointment_id, "annule")


@routes.post("/clore")
@requires(Role.AGENT)
def close(appointment_id: int) -> ResponseReturnValue:
    """Record that the citizen came, or did not."""
    appointment = appointment_of_mine(appointment_id)
    status = Status.NO_SHOW if request.form.get("status") == "no_show" else Status.ATTENDED
    booking.close(parts.session(), parts.media(), appointment, status, now=clock.now())
    return done(appointment_id, "clos")


@routes.post("/renouveler")
@requires(Role.AGENT)
def renew(appointment_id: int) -> ResponseReturnValue:
    """Replace link, code and password, as when a card was lost."""
    appointment = appointment_of_mine(appointment_id)
    booking.renew_credentials(
        parts.session(), parts.media(), parts.gate().keys, appointment, now=clock.now()
    )
    return done(appointment_id, "renouvele")

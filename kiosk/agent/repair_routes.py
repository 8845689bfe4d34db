"""Repairing an appointment: details, who receives, the link once more, attendance taken back."""

from __future__ import annotations

from flask import Blueprint
from flask.typing import ResponseReturnValue

from kiosk import clock
from kiosk import request as parts
from kiosk.agent.appointment_page import asked_citizen, asked_reassignment, done, show
from kiosk.agent.hour_warnings import against
from kiosk.agent.rights import appointment_of_mine, requires
from kiosk.appointments import invitations, repair
from kiosk.houses import store as houses
from kiosk.houses.model import Role
from kiosk.storage.database import writing

routes = Blueprint("repair", __name__, url_prefix="/rendez-vous/<int:appointment_id>")


@routes.post("/corriger")
@requires(Role.AGENT)
def correct(appointment_id: int) -> ResponseReturnValue:
    """Correct who comes, how to reach them, why and where."""
    appointment = appointment_of_mine(appointment_id)
    form = asked_citizen(appointment)
    if not form.validate_on_submit():
        return show(appointment, citizen_form=form)
    former = appointment.contact
    with writing(parts.session()) as session:
        repair.correct(session, appointment, form.details(), now=clock.now())
    link_is_elsewhere = former != appointment.contact and former in invitations.link_left_for(
        parts.session(), appointment
    )
    return done(appointment_id, "corrige-lien-parti" if link_is_elsewhere else "corrige")


@routes.post("/confier")
@requires(Role.AGENT)
def reassign(appointment_id: int) -> ResponseReturnValue:
    """Have somebody else receive; warn once when they are already taken at that hour."""
    appointment = appointment_of_mine(appointment_id)
    form = asked_reassignment(appointment)
    agent = houses.agent(parts.session(), form.agent.data or 0)
    if not form.validate_on_submit() or agent is None:
        return show(appointment, reassign_form=form)
    warnings = against(
        appointment.house, agent, appointment.starts_at, appointment.duration_min, but=appointment
    )
    if warnings.to_be_said:
        return show(appointment, reassign_form=form, reassign_warnings=warnings)
    with writing(parts.session()) as session:
        repair.reassign(session, appointment, agent)
    return done(appointment_id, "confie")


@routes.post("/renvoyer")
@requires(Role.AGENT)
def resend(appointment_id: int) -> ResponseReturnValue:
    """Send the link now."""
    appointment = appointment_of_mine(appointment_id)
    with writing(parts.session()) as session:
        repair.resend_link(session, appointment, now=clock.now())
    return done(appointment_id, "renvoye")


@routes.post("/rouvrir")
@requires(Role.AGENT)
def undo_attendance(appointment_id: int) -> ResponseReturnValue:
    """Take back that the citizen came, or did not."""
    appointment = appointment_of_mine(appointment_id)
    with writing(parts.session()) as session:
        repair.undo_attendance(session, appointment, now=clock.now())
    return done(appointment_id, "rouvert")

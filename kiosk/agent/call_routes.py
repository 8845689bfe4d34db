"""The agent's call page: camera and microphone, the call, and beside it who is coming to it."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from kiosk import clock
from kiosk import request as parts
from kiosk.agent import board, live
from kiosk.agent.board import Person
from kiosk.agent.rights import appointment_of_mine, me, requires
from kiosk.appointments.model import Appointment
from kiosk.assist import helping
from kiosk.calls import participants
from kiosk.calls import store as calls
from kiosk.calls.model import Participant, Presence
from kiosk.edges.media_routes import media_blueprint
from kiosk.errors import KioskError
from kiosk.houses.model import Role
from kiosk.storage.database import writing

routes = Blueprint("call", __name__, url_prefix="/rendez-vous/<int:appointment_id>")


@routes.get("/visio")
@requires(Role.AGENT)
def page(appointment_id: int) -> ResponseReturnValue:
    """Show the call page, which asks for camera and microphone before the call begins."""
    appointment = appointment_of_mine(appointment_id)
    if appointment.is_cancelled:
        raise KioskError("gate.cancelled", status=410)
    people, fragment = _drawn(appointment)
    names = _names(appointment, people)
    seat = calls.agent_seat(parts.session(), appointment.room_id, me().id)
    return render_template(
        "agent/call.html",
        appointment=appointment,
        fragment=fragment,
        number=live.fingerprint(fragment, *names.values()),
        alarms=live.alarms(people),
        names=names,
        in_call_elsewhere=seat is not None and seat.presence == Presence.IN_CALL,
        enter_at_once=request.args.get("entrer") == "1",
        ticket=parts.ticket(calls.room_topic(appointment.room_id)),
    )


@routes.get("/etat")
@requires(Role.AGENT)
def state(appointment_id: int) -> ResponseReturnValue:
    """Answer the state of the people on this page, or 204 when it is unchanged."""
    appointment = appointment_of_mine(appointment_id)
    people, fragment = _drawn(appointment)
    return live.state(fragment, people, _names(appointment, people))


@routes.post("/terminer")
@requires(Role.AGENT)
def end(appointment_id: int) -> ResponseReturnValue:
    """End the call for everybody in it; the room stays open for those who come back."""
    room = appointment_of_mine(appointment_id).room
    helping.end_call(parts.session(), parts.media(), room, agent_id=me().id, now=clock.now())
    return redirect(url_for("agent.appointment.page", appointment_id=appointment_id, fait="fini"))


def _seat_me(appointment_id: int) -> Participant:
    appointment = appointment_of_mine(appointment_id)
    agent = me()
    with writing(parts.session()) as session:
        return participants.take_seat(
            session, appointment.room, agent_id=agent.id, name=agent.name, now=clock.now()
        )


def _my_seat(appointment_id: int) -> Participant:
    appointment = appointment_of_mine(appointment_id)
    seat = calls.agent_seat(parts.session(), appointment.room_id, me().id)
    if seat is None:
        raise KioskError("lobby.not_admitted", status=403)
    return seat


routes.register_blueprint(
    media_blueprint(joining=_seat_me, seated=_my_seat, guard=requires(Role.AGENT)),
    url_prefix="/media",
)


def _drawn(appointment: Appointment) -> tuple[list[Person], str]:
    people = board.people_of_room(parts.session(), appointment.room_id, now=clock.now())
    fragment = live.people_fragment(people, now=clock.now(), my_id=me().id, in_call_page=True)
    return people, fragment


def _names(appointment: Appointment, people: list[Person]) -> dict[str, str]:
    """Return the names of everybody the call may show: citizens on the way, and colleagues."""
    seated = participants.names_in_call(
        parts.session(), appointment.room, unnamed=appointment.citizen_name
    )
    return {**seated, **live.names(people)}

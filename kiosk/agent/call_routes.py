"""The agent's call page: camera and microphone, the call, and beside it who is coming to it.

Mounted twice (``agent/routes.py``): at the address of an appointment, and at that of a room for
calls that have none (decision 0233).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from kiosk import clock
from kiosk import request as parts
from kiosk.agent import addresses, board, live, words
from kiosk.agent.board import Person
from kiosk.agent.rights import appointment_of_mine, me, requires, room_of_mine
from kiosk.appointments import store as appointments
from kiosk.appointments.model import Appointment
from kiosk.assist import helping
from kiosk.calls import participants
from kiosk.calls import store as calls
from kiosk.calls.model import Participant, Presence, Room, RoomState
from kiosk.edges.media_routes import media_blueprint
from kiosk.errors import KioskError
from kiosk.houses.model import Role
from kiosk.storage.database import writing
from kiosk.web.error_pages import wants_json

routes = Blueprint("call", __name__)


@dataclass(frozen=True, slots=True)
class _Call:
    """The room of a call page, and its appointment if there is one."""

    room: Room
    appointment: Appointment | None

    @property
    def title(self) -> str:
        """Whom the call is with, or what it is for."""
        if self.appointment is not None:
            return self.appointment.citizen_name
        return words.purpose_in_words(self.room)


def _call_of_mine(*, appointment_id: int | None = None, room_id: int | None = None) -> _Call:
    if appointment_id is not None:
        appointment = appointment_of_mine(appointment_id)
        return _Call(appointment.room, appointment)
    room = room_of_mine(room_id or 0)
    return _Call(room, appointments.of_room(parts.session(), room.id))


@routes.get("/visio")
@requires(Role.AGENT)
def page(**place: int) -> ResponseReturnValue:
    """Show the call page, which asks for camera and microphone before the call begins."""
    call = _call_of_mine(**place)
    if call.room.state == RoomState.CANCELLED:
        raise KioskError("gate.cancelled", status=410)
    people, fragment = _drawn(call)
    names = _names(call, people)
    seat = calls.agent_seat(parts.session(), call.room.id, me().id)
    return render_template(
        "agent/call.html",
        appointment=call.appointment,
        title=call.title,
        place=place,
        end_url=addresses.page_after_call(call.appointment),
        fragment=fragment,
        number=live.fingerprint(fragment, *names.values()),
        alarms=live.alarms(people),
        names=names,
        in_call_elsewhere=seat is not None and seat.presence == Presence.IN_CALL,
        enter_at_once=request.args.get("entrer") == "1",
        ticket=parts.ticket(calls.room_topic(call.room.id), holder=f"account:{me().id}"),
    )


@routes.get("/etat")
@requires(Role.AGENT)
def state(**place: int) -> ResponseReturnValue:
    """Answer the state of the people on this page, or 204 when it is unchanged."""
    call = _call_of_mine(**place)
    people, fragment = _drawn(call)
    return live.state(fragment, people, _names(call, people))


@routes.post("/terminer")
@requires(Role.AGENT)
def end(**place: int) -> ResponseReturnValue:
    """End the call for everybody in it; the room stays open for those who come back."""
    call = _call_of_mine(**place)
    helping.end_call(parts.session(), parts.media(), call.room, agent_id=me().id, now=clock.now())
    return redirect(addresses.page_after_call(call.appointment))


@routes.post("/verrouiller")
@requires(Role.AGENT)
def lock(**place: int) -> ResponseReturnValue:
    """Let nobody new knock or be admitted until it is unlocked."""
    room = _call_of_mine(**place).room
    with writing(parts.session()) as session:
        helping.lock_room(session, room, agent_id=me().id, now=clock.now())
    return _back(**place)


@routes.post("/deverrouiller")
@requires(Role.AGENT)
def unlock(**place: int) -> ResponseReturnValue:
    """Let people knock and be admitted again."""
    room = _call_of_mine(**place).room
    with writing(parts.session()) as session:
        helping.unlock_room(session, room, agent_id=me().id, now=clock.now())
    return _back(**place)


def _back(**place: Any) -> ResponseReturnValue:
    return Response(status=204) if wants_json() else redirect(url_for(".page", **place))


def _seat_me(**place: int) -> Participant:
    room, agent = _call_of_mine(**place).room, me()
    with writing(parts.session()) as session:
        return participants.take_seat(
            session, room, agent_id=agent.id, name=agent.name, now=clock.now()
        )


def _my_seat(**place: int) -> Participant:
    seat = calls.agent_seat(parts.session(), _call_of_mine(**place).room.id, me().id)
    if seat is None:
        raise KioskError("lobby.not_admitted", status=403)
    return seat


routes.register_blueprint(
    media_blueprint(joining=_seat_me, seated=_my_seat, guard=requires(Role.AGENT)),
    url_prefix="/media",
)


def _drawn(call: _Call) -> tuple[list[Person], str]:
    people = board.people_of_room(parts.session(), call.room.id, now=clock.now())
    fragment = live.people_fragment(
        people, now=clock.now(), my_id=me().id, in_call_page=True, room=call.room
    )
    return people, fragment


def _names(call: _Call, people: list[Person]) -> dict[str, str]:
    """Return the names of everybody the call may show: citizens on the way, and colleagues."""
    seated = participants.names_in_call(
        parts.session(),
        call.room,
        citizen_name=call.appointment.citizen_name if call.appointment else "",
        unnamed=str(words.UNNAMED),
    )
    return {**seated, **live.names(people)}

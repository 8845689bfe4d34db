"""The agent's call page: getting ready, the call, and beside it who is on the way to it."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from flask import Blueprint, jsonify, render_template, request
from flask.typing import ResponseReturnValue

from kiosk import clock
from kiosk import request as parts
from kiosk.agent import board, live
from kiosk.agent.board import Person
from kiosk.agent.rights import appointment_of_mine, me, requires
from kiosk.appointments.model import Appointment
from kiosk.calls import lobby, media_door
from kiosk.calls import store as calls
from kiosk.calls.model import Participant, Presence
from kiosk.errors import KioskError
from kiosk.houses.model import Role
from kiosk.storage.database import writing

routes = Blueprint("call", __name__, url_prefix="/rendez-vous/<int:appointment_id>")


@routes.get("/visio")
@requires(Role.AGENT)
def page(appointment_id: int) -> ResponseReturnValue:
    """Show the call, which begins once camera and microphone were asked for on this page."""
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
    """Answer the page's question whether anybody moved."""
    appointment = appointment_of_mine(appointment_id)
    people, fragment = _drawn(appointment)
    return live.state(fragment, people, _names(appointment, people))


@routes.post("/media/offre")
@requires(Role.AGENT)
def offer(appointment_id: int) -> ResponseReturnValue:
    """Seat the agent; answer the media plane's offer: ``{"peer", "sdp", "generation", "slots",
    "ice_servers"}``.

    ``{"peer"}`` in the request names the page's connection, whose path is cut; ``{"ahead": true}``
    asks for one that waits at the plane's door.
    """
    appointment = appointment_of_mine(appointment_id)
    now = clock.now()
    with writing(parts.session()) as session:
        seat = lobby.seat_agent(
            session, appointment.room, agent_id=me().id, name=me().name, now=now
        )
    body = _body()
    made = media_door.open_call(
        parts.session(),
        parts.media(),
        seat,
        former=_text(body, "peer"),
        ahead=body.get("ahead") is True,
        now=now,
    )
    ice_servers = parts.relays().ice_servers(made.peer, now=now)
    return jsonify({**asdict(made), "ice_servers": ice_servers})


@routes.post("/media/reponse")
@requires(Role.AGENT)
def answer(appointment_id: int) -> ResponseReturnValue:
    """Take the browser's answer: ``{"peer", "sdp", "generation"}``."""
    seat = _my_seat(appointment_id)
    body = _body()
    generation = body.get("generation", 1)
    media_door.answer(
        parts.session(),
        parts.media(),
        seat,
        _text(body, "peer"),
        _text(body, "sdp"),
        generation if isinstance(generation, int) else 1,
    )
    return "", 204


@routes.post("/media/quitter")
@requires(Role.AGENT)
def leave(appointment_id: int) -> ResponseReturnValue:
    """End the agent's part of the call; the citizen stays."""
    seat = _my_seat(appointment_id)
    peer = _text(_body(), "peer")
    media_door.hang_up(parts.session(), parts.media(), seat, peer=peer, now=clock.now())
    return "", 204


def _body() -> dict[str, Any]:
    body = request.get_json(silent=True)
    return body if isinstance(body, dict) else {}


def _text(body: dict[str, Any], name: str) -> str:
    return str(body.get(name, ""))


def _my_seat(appointment_id: int) -> Participant:
    appointment = appointment_of_mine(appointment_id)
    seat = calls.agent_seat(parts.session(), appointment.room_id, me().id)
    if seat is None:
        raise KioskError("lobby.not_admitted", status=403)
    return seat


def _drawn(appointment: Appointment) -> tuple[list[Person], str]:
    people = board.people_of_room(parts.session(), appointment.room_id, now=clock.now())
    fragment = live.people_fragment(people, now=clock.now(), my_id=me().id, in_call_page=True)
    return people, fragment


def _names(appointment: Appointment, people: list[Person]) -> dict[str, str]:
    """Name everybody the call may show: who is on the way to it, and colleagues."""
    seated = lobby.names_in_call(
        parts.session(), appointment.room, unnamed=appointment.citizen_name
    )
    return {**seated, **live.names(people)}

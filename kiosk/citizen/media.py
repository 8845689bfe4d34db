"""The citizen's side of the media plane: the call, and the echo that measures the network."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from flask import jsonify, request
from flask.typing import ResponseReturnValue

from kiosk import clock
from kiosk import request as parts
from kiosk.calls import media_door
from kiosk.citizen import visiting
from kiosk.citizen.blueprint import blueprint
from kiosk.errors import KioskError
from kiosk.web.limits import limiter

SOME = "120 per minute"


@blueprint.post("/parcours/media/offre")
@limiter.limit(SOME)
def offer() -> ResponseReturnValue:
    """Open a connection, to the call or (``echo``) to oneself; answer the plane's offer.

    ``peer`` names the page's connection to the call, whose path is cut; ``ahead`` asks for one that
    waits at the plane's door.
    """
    visit = visiting.required()
    session = parts.session()
    if "echo" in request.args:
        made = media_door.open_echo(session, parts.media(), visit.participant)
    else:
        body = _body()
        made = media_door.open_call(
            session,
            parts.media(),
            visit.participant,
            former=_text(body, "peer"),
            ahead=body.get("ahead") is True,
            now=clock.now(),
        )
    ice_servers = parts.relays().ice_servers(made.peer, now=clock.now())
    return jsonify({**asdict(made), "ice_servers": ice_servers})


@blueprint.post("/parcours/media/reponse")
@limiter.limit(SOME)
def answer() -> ResponseReturnValue:
    """Hand the browser's answer over."""
    visit = visiting.required()
    body = _body()
    generation = body.get("generation", 1)
    if not isinstance(generation, int):
        raise KioskError("path.bad_request")
    media_door.answer(
        parts.session(),
        parts.media(),
        visit.participant,
        _text(body, "peer"),
        _text(body, "sdp"),
        generation,
    )
    return jsonify({})


@blueprint.post("/parcours/media/quitter")
@limiter.limit(SOME)
def hang_up() -> ResponseReturnValue:
    """End the call, or (``echo``) only the measure."""
    visit = visiting.required()
    session, media, peer = parts.session(), parts.media(), _text(_body(), "peer")
    if "echo" in request.args:
        media_door.end_echo(session, media, visit.participant, peer)
    else:
        media_door.hang_up(session, media, visit.participant, peer=peer, now=clock.now())
    return jsonify({})


def _body() -> dict[str, Any]:
    body = request.get_json(silent=True)
    if not isinstance(body, dict):
        raise KioskError("path.bad_request")
    return body


def _text(body: dict[str, Any], name: str) -> str:
    value = body.get(name, "")
    if not isinstance(value, str):
        raise KioskError("path.bad_request")
    return value

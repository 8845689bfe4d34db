"""The three media routes (offer, answer, leave), once for every edge (decision 0212).

An edge passes the functions that find the participant of a request: by a cookie, an account or a
device. Who may enter which room is decided by ``calls/connections.py``. Bodies are typed in
``media/messages.py`` and described in docs/signaling.md.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

import msgspec
from flask import Blueprint, Response, request
from flask.typing import ResponseReturnValue

from kiosk import clock
from kiosk import request as parts
from kiosk.calls import connections, ending
from kiosk.calls.model import Participant
from kiosk.errors import MediaError
from kiosk.media.messages import (
    UNREADABLE,
    AnswerRequest,
    LeaveRequest,
    OfferAnswer,
    OfferRequest,
)
from kiosk.web.limits import DEFAULT, limiter

View = Callable[..., ResponseReturnValue]
Finder = Callable[..., Participant]
"""Finds the participant of a request from the values in its address; raises KioskError."""

Body = TypeVar("Body")


def media_blueprint(
    *,
    joining: Finder,
    seated: Finder,
    leaving: Finder | None = None,
    guard: Callable[[View], View] = lambda view: view,
    rate: str = DEFAULT,
    with_echo: bool = False,
) -> Blueprint:
    """Return a blueprint with the three routes, to be registered under ``…/media``.

    ``joining`` finds who asks for an offer, and may give them a seat first; ``seated`` finds who
    has one; ``leaving`` finds who may still leave, when these are more. ``guard`` wraps each view
    with the edge's rights; ``rate`` bounds the requests of one network address. ``with_echo``:
    ``?echo=1`` makes offer and leave concern an echo connection.
    """
    routes = Blueprint("media", __name__)

    def wants_echo() -> bool:
        return with_echo and "echo" in request.args

    def offer(**place: object) -> ResponseReturnValue:
        """Answer the plane's offer, to the call or (``echo``) to oneself."""
        participant, wish = joining(**place), _body(OfferRequest)
        session, media = parts.session(), parts.media()
        if wants_echo():
            made = connections.open_echo(session, media, participant)
        else:
            former, ahead, now = wish.peer, wish.ahead, clock.now()
            made = connections.open_call(
                session, media, participant, former=former, ahead=ahead, now=now
            )
        relays = parts.relays().ice_servers(made.peer, now=clock.now())
        return _json(OfferAnswer.of(made, relays))

    def answer(**place: object) -> ResponseReturnValue:
        """Pass the browser's answer to the plane."""
        participant, given = seated(**place), _body(AnswerRequest)
        connections.answer(
            parts.session(), parts.media(), participant, given.peer, given.sdp, given.generation
        )
        return "", 204

    def leave(**place: object) -> ResponseReturnValue:
        """End the participant's call, or (``echo``) only their measurement."""
        participant, peer = (leaving or seated)(**place), _body(LeaveRequest).peer
        session, media = parts.session(), parts.media()
        if wants_echo():
            connections.end_echo(session, media, participant, peer)
        else:
            ending.hang_up(session, media, participant, peer=peer, now=clock.now())
        return "", 204

    for address, view in (("/offre", offer), ("/reponse", answer), ("/quitter", leave)):
        routes.post(address)(limiter.limit(rate)(guard(view)))
    return routes


def _body(kind: type[Body]) -> Body:
    try:
        return msgspec.json.decode(request.get_data(), type=kind)
    except UNREADABLE as error:
        raise MediaError("media.bad_request", status=400) from error


def _json(answer: object) -> Response:
    return Response(msgspec.json.encode(answer), mimetype="application/json")

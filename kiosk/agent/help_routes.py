"""Commands about people on the way in: let in, turn away, answer, note that they are stuck no more.

Each is a POST that redirects to the page it came from; the page's script sends the same form and
stays where it is.
"""

from __future__ import annotations

from flask import Blueprint, Response, redirect, request, url_for
from flask.typing import ResponseReturnValue

from kiosk import clock
from kiosk import request as parts
from kiosk.agent import addresses, sign_in
from kiosk.agent.rights import me, requires, visit_of_mine
from kiosk.appointments import store as appointments
from kiosk.assist import helping
from kiosk.assist.model import Author
from kiosk.calls.model import Refusal
from kiosk.errors import KioskError
from kiosk.houses.model import Role
from kiosk.storage.database import writing
from kiosk.visits.model import Visit
from kiosk.web.error_pages import wants_json

routes = Blueprint("help", __name__, url_prefix="/visites/<int:visit_id>")


@routes.post("/admettre")
@requires(Role.AGENT)
def admit(visit_id: int) -> ResponseReturnValue:
    """Let somebody in, from the waiting room or from where they stand on the path."""
    visit = visit_of_mine(visit_id)
    with writing(parts.session()) as session:
        helping.let_in(session, visit, agent_id=me().id, now=clock.now())
    return _back(visit)


@routes.post("/refuser")
@requires(Role.AGENT)
def refuse(visit_id: int) -> ResponseReturnValue:
    """Do not let somebody in now, for a reason they will read."""
    visit = visit_of_mine(visit_id)
    try:
        reason = Refusal(request.form.get("reason", ""))
    except ValueError:
        raise KioskError("lobby.no_such_reason") from None
    helping.turn_away(
        parts.session(), parts.media(), visit, reason, agent_id=me().id, now=clock.now()
    )
    return _back(visit)


@routes.post("/retirer")
@requires(Role.AGENT)
def remove(visit_id: int) -> ResponseReturnValue:
    """Put somebody out of the call; they may knock again."""
    visit = visit_of_mine(visit_id)
    helping.remove(parts.session(), parts.media(), visit, agent_id=me().id, now=clock.now())
    return _back(visit)


@routes.post("/repondre")
@requires(Role.AGENT)
def answer(visit_id: int) -> ResponseReturnValue:
    """Write to somebody on the path: a ready sentence when one was pressed, else what was typed."""
    visit = visit_of_mine(visit_id)
    text = request.form.get("phrase") or request.form.get("text", "")
    with writing(parts.session()) as session:
        helping.say(session, visit, Author.AGENT, text, now=clock.now(), agent_id=me().id)
    return _back(visit)


@routes.post("/debloque")
@requires(Role.AGENT)
def unstuck(visit_id: int) -> ResponseReturnValue:
    """Note that somebody is no longer stuck."""
    visit = visit_of_mine(visit_id)
    with writing(parts.session()) as session:
        helping.no_longer_stuck(session, visit, now=clock.now())
    return _back(visit)


def _back(visit: Visit) -> ResponseReturnValue:
    if wants_json():
        return Response(status=204)
    if request.form.get("then") == "call":
        appointment = appointments.of_room(parts.session(), visit.participant.room_id)
        return redirect(addresses.call_url(visit.participant.room, appointment, entrer=1))
    return redirect(sign_in.local_path(request.form.get("from")) or url_for("agent.today.board"))

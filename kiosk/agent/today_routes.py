"""Today: the page that agents keep open, and its live state."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from flask import Blueprint, Response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from kiosk import clock
from kiosk import request as parts
from kiosk.agent import board, live
from kiosk.agent.board import Person
from kiosk.agent.rights import me, my_house, requires, room_of_mine
from kiosk.agent.sign_in import local_path
from kiosk.calls import store as calls
from kiosk.houses.model import Role
from kiosk.web.error_pages import wants_json

routes = Blueprint("today", __name__)


@routes.get("/", endpoint="board")
@requires(Role.AGENT)
def today() -> ResponseReturnValue:
    """Show who needs something now, then the appointments of the day."""
    now = clock.now()
    people, fragment = _drawn(now)
    return render_template(
        "agent/today.html",
        fragment=fragment,
        number=live.fingerprint(fragment, *live.names(people).values()),
        alarms=live.alarms(people),
        ticket=parts.ticket(calls.house_topic(my_house().id), holder=f"account:{me().id}"),
        now=now,
    )


@routes.get("/etat")
@requires(Role.AGENT)
def state() -> ResponseReturnValue:
    """Answer the page's question whether anything has changed."""
    people, fragment = _drawn(clock.now())
    return live.state(fragment, people, live.names(people))


@routes.post("/verrous/<digest>/ouvrir")
@requires(Role.AGENT)
def release(digest: str) -> ResponseReturnValue:
    """Let a browser, a code or an address with too many wrong codes try again."""
    parts.gate().release(parts.session(), digest)
    return redirect(url_for("agent.today.board"))


@routes.post("/salles/<int:room_id>/code/debloquer")
@requires(Role.AGENT)
def reopen_code(room_id: int) -> ResponseReturnValue:
    """Let a room's code open it again after too many wrong passwords."""
    parts.gate().reopen_code(parts.session(), room_of_mine(room_id))
    if wants_json():
        return Response(status=204)
    return redirect(local_path(request.form.get("from")) or url_for("agent.today.board"))


def _drawn(now: datetime) -> tuple[list[Person], str]:
    session, house = parts.session(), my_house()
    people = board.people_of_house(session, house, now=now)
    day = now.astimezone(ZoneInfo(house.time_zone)).date()
    fragment = render_template(
        "agent/parts/board.html",
        people=people,
        rows=board.appointments_of_day(session, house, day, now=now),
        locked=calls.locked(session, now),
        blocked_codes=board.blocked_codes(session, house, now=now),
        now=now,
        my_id=me().id,
    )
    return people, fragment

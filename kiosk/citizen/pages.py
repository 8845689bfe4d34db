"""The way in, one document (decision 0001): the step asked for, and the others in one answer."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from flask import redirect, render_template
from flask.typing import ResponseReturnValue

from kiosk import clock
from kiosk import request as parts
from kiosk.calls import admission
from kiosk.calls import store as calls
from kiosk.calls.model import CameBy, Participant
from kiosk.citizen import addresses, house_facts, screens, state, supplies, visiting, words
from kiosk.citizen.blueprint import blueprint
from kiosk.errors import NotFound
from kiosk.readiness import checks
from kiosk.readiness.vocabulary import Use
from kiosk.visits import steps
from kiosk.visits.model import Visit

END_PAGE_KEPT = timedelta(hours=1)
"""How long after a room's last hour its good-bye may be read, unless it was wiped before."""


@blueprint.get("/parcours")
def path() -> ResponseReturnValue:
    """Go to the step this visit has reached."""
    visit = visiting.current()
    if visit is None:
        return _lost()
    return redirect(screens.of_id(visit.step).path, 303)


@blueprint.get("/parcours/<slug>")
def step(slug: str) -> ResponseReturnValue:
    """Show a step; without a visit, go to the home page, where one begins."""
    shown = screens.BY_SLUG.get(slug)
    if shown is None:
        raise NotFound
    visit = visiting.current()
    if visit is None:
        return _lost()
    if shown.step == steps.END and _may_read_the_end(visit):
        return render_template("citizen/ended.html", step=shown)
    visiting.refuse_once_closed(visit.participant)
    visiting.reach(visit, shown.step)
    participant = visit.participant
    values = _values(visit)
    return render_template(
        "citizen/path.html",
        **values,
        step=shown,
        visit=visit,
        page_data={
            "step": shown.id,
            "steps": [each.as_data() for each in screens.SCREENS],
            "state": values["state"],
            "ticket": parts.ticket(
                calls.room_topic(participant.room_id), holder=f"visit:{visit.id}"
            ),
            "uses": values["uses"],
            "checks": checks.for_page(),
            "addresses": addresses.for_page(),
        },
    )


@blueprint.get("/parcours/etapes")
def rest() -> str:
    """Answer the steps the page does not hold; it asks once somebody uses it (decision 0062)."""
    return render_template("citizen/rest.html", **_values(visiting.required()))


def _lost() -> ResponseReturnValue:
    visiting.say_where_it_went()
    return redirect("/?lost=1", 303)


def _may_read_the_end(visit: Visit) -> bool:
    """Tell whether the room is closed and the good-bye, which holds nothing, may still be read."""
    now, participant = clock.now(), visit.participant
    is_closed = admission.over_because(participant, now) == "gate.closed"
    return is_closed and now < participant.room.closes_at + END_PAGE_KEPT


def _values(visit: Visit) -> dict[str, Any]:
    participant = visit.participant
    appointment = visiting.appointment_of(visit)
    described = state.describe(visit, appointment)
    return {
        "steps": screens.SCREENS,
        "total": steps.TOTAL,
        "by_id": screens.BY_ID,
        "main": supplies.MAIN,
        "scripts_of": supplies.scripts,
        "sheet_of": supplies.sheet,
        "appointment": appointment,
        "told": house_facts.of(participant.room.house_id, appointment),
        "name": visiting.known_name(visit),
        "state": described,
        "uses": {use.value: words.use(use) for use in Use},
        "use": described["use"],
        "join_url": _join_url(participant),
    }


def _join_url(participant: Participant) -> str:
    """Return what leads another browser of this person to the room: their link, if they had it.

    Those who came in another way type the code again: the link stands for a name (decision 0392).
    """
    public_url = parts.settings().public_url
    if participant.came_by != CameBy.LINK:
        return f"{public_url}/"
    return f"{public_url}/rdv#{parts.gate().keys.of(participant.room).token}"

"""The path, one document (decision 0001): the step asked for, and the others in one answer."""

from __future__ import annotations

from typing import Any

from flask import redirect, render_template
from flask.typing import ResponseReturnValue

from kiosk import request as parts
from kiosk.calls import store as calls
from kiosk.calls.model import Room
from kiosk.citizen import addresses, screens, state, supplies, visiting, words
from kiosk.citizen.blueprint import blueprint
from kiosk.errors import NotFound
from kiosk.readiness import checks
from kiosk.readiness.vocabulary import Use
from kiosk.visits import steps
from kiosk.visits.model import Visit


@blueprint.get("/parcours")
def path() -> ResponseReturnValue:
    """Go to the step this visit has reached."""
    visit = visiting.current()
    if visit is None:
        return redirect("/?lost=1", 303)
    return redirect(screens.of_id(visit.step).path, 303)


@blueprint.get("/parcours/<slug>")
def step(slug: str) -> ResponseReturnValue:
    """Show a step; without a visit, go to the door that opens one."""
    shown = screens.BY_SLUG.get(slug)
    if shown is None:
        raise NotFound
    visit = visiting.current()
    if visit is None:
        return redirect("/?lost=1", 303)
    if shown.step != steps.END:
        visiting.refuse_once_closed(visit.participant)
    visiting.reach(visit, shown.step)
    participant = visit.participant
    told = _what_steps_say(visit)
    return render_template(
        "citizen/path.html",
        **told,
        step=shown,
        visit=visit,
        page_data={
            "step": shown.id,
            "steps": [each.as_data() for each in screens.SCREENS],
            "state": told["state"],
            "ticket": parts.ticket(calls.room_topic(participant.room_id)),
            "uses": told["uses"],
            "checks": checks.for_page(),
            "addresses": addresses.for_page(),
        },
    )


@blueprint.get("/parcours/etapes")
def rest() -> str:
    """Give the page the steps it does not hold: it asks once somebody uses it (decision 0062)."""
    visit = visiting.required()
    visiting.refuse_once_closed(visit.participant)
    return render_template("citizen/rest.html", **_what_steps_say(visit))


def _what_steps_say(visit: Visit) -> dict[str, Any]:
    participant = visit.participant
    appointment = visiting.appointment_of(visit)
    told = state.describe(visit)
    return {
        "steps": screens.SCREENS,
        "total": steps.TOTAL,
        "by_id": screens.BY_ID,
        "main": supplies.MAIN,
        "scripts_of": supplies.scripts,
        "sheet_of": supplies.sheet,
        "appointment": appointment,
        "name": participant.name or (appointment.citizen_name if appointment else ""),
        "state": told,
        "uses": {use.value: words.use(use) for use in Use},
        "use": told["use"],
        "join_url": _join_url(participant.room),
    }


def _join_url(room: Room) -> str:
    """The person's own link, for whoever must open it in another browser of theirs."""
    return f"{parts.settings().public_url}/rdv#{parts.gate().keys.of(room).token}"

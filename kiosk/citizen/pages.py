"""The path, one document (decision 0001): the step asked for, and the others in one answer."""

from __future__ import annotations

from typing import Any

from flask import redirect, render_template
from flask.typing import ResponseReturnValue

from kiosk import request as parts
from kiosk.assist.model import Visit
from kiosk.calls import store as calls
from kiosk.calls.model import Room
from kiosk.citizen import state, steps, supplies, visiting, words
from kiosk.citizen.blueprint import blueprint
from kiosk.errors import NotFound
from kiosk.readiness import checks
from kiosk.readiness.vocabulary import Use


@blueprint.get("/parcours")
def path() -> ResponseReturnValue:
    """Go to the step this visit has reached."""
    visit = visiting.current()
    if visit is None:
        return redirect("/?lost=1", 303)
    return redirect(steps.BY_ID.get(visit.step, steps.FIRST).path, 303)


@blueprint.get("/parcours/<slug>")
def step(slug: str) -> ResponseReturnValue:
    """Show a step; without a visit, go to the door that opens one."""
    shown = steps.BY_SLUG.get(slug)
    if shown is None:
        raise NotFound
    visit = visiting.current()
    if visit is None:
        return redirect("/?lost=1", 303)
    if shown != steps.END:
        visiting.refuse_once_closed(visit.participant)
    visiting.reach(visit, shown)
    participant = visit.participant
    told = _what_steps_say(visit)
    return render_template(
        "citizen/path.html",
        **told,
        step=shown,
        visit=visit,
        page_data={
            "step": shown.id,
            "steps": [each.as_data() for each in steps.STEPS],
            "state": told["state"],
            "ticket": parts.ticket(calls.room_topic(participant.room_id)),
            "uses": told["uses"],
            "checks": checks.for_page(),
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
    return {
        "steps": steps.STEPS,
        "total": steps.TOTAL,
        "by_id": steps.BY_ID,
        "main": supplies.MAIN,
        "scripts_of": supplies.scripts,
        "sheet_of": supplies.sheet,
        "appointment": appointment,
        "name": participant.name or (appointment.citizen_name if appointment else ""),
        "state": state.describe(visit),
        "uses": {use.value: words.use(use) for use in Use},
        "use": state.use_of(visit),
        "join_url": _join_url(participant.room),
    }


def _join_url(room: Room) -> str:
    """The person's own link, for whoever must open it in another browser of theirs."""
    return f"{parts.settings().public_url}/rdv#{parts.gate().keys.of(room).token}"

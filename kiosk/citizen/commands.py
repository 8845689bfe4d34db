"""What the path's page asks of the server: small POSTs (docs/signaling.md, section "The path").

Each takes JSON and answers JSON; those a person may need without scripts take the page's own form
and lead back to the step.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import jsonify, redirect, request
from flask.typing import ResponseReturnValue

from kiosk import clock
from kiosk import request as parts
from kiosk.assist import helping
from kiosk.assist.model import Author
from kiosk.calls import admission, participants
from kiosk.citizen import screens, state, visiting, words
from kiosk.citizen.blueprint import blueprint
from kiosk.errors import KioskError
from kiosk.storage.database import writing
from kiosk.visits import progress, results, steps
from kiosk.visits.model import Visit
from kiosk.web.limits import limiter

GENEROUS = "600 per minute"
"""A house full of people stands behind one address; a page sends about ten in a minute."""

DEVICE_KINDS = ("computer", "phone", "tablet", "unknown")
LONGEST_DEVICE_NAME = 40


@blueprint.get("/parcours/etat")
def read_state() -> ResponseReturnValue:
    """Tell the visit's state, or 204 when nothing changed since the revision the page knows."""
    visit = visiting.required()
    if request.args.get("since", type=int) == state.revision(visit):
        return "", 204
    return jsonify(state.describe(visit))


@blueprint.post("/parcours/etape")
@limiter.limit(GENEROUS)
def note_step() -> ResponseReturnValue:
    """Note the step the person has moved to."""
    visit = visiting.required()
    step = steps.BY_ID.get(str(_body().get("step")))
    if step is None:
        raise KioskError("path.unknown_step")
    visiting.reach(visit, step)
    return jsonify(step=step.id)


@blueprint.post("/parcours/appareil")
@limiter.limit(GENEROUS)
def describe_device() -> ResponseReturnValue:
    """Keep which device, browser and system the page found."""
    visit = visiting.required()
    body = _body()
    kind = body.get("kind")
    device = {
        "kind": kind if kind in DEVICE_KINDS else "unknown",
        "browser": _short(body.get("browser")),
        "system": _short(body.get("system")),
    }
    with writing(parts.session()) as session:
        progress.describe_device(session, visit, device)
    return jsonify(device=device)


@blueprint.post("/parcours/verification")
@limiter.limit(GENEROUS)
def judge_check() -> ResponseReturnValue:
    """Judge a check and keep the verdict; answer it in words, with what the call can then use."""
    visit = visiting.required()
    body = _body()
    with writing(parts.session()) as session:
        verdict = results.judge_check(
            session,
            visit,
            str(body.get("check")),
            figures=body.get("figures"),
            error=body.get("error"),
            now=clock.now(),
        )
    sentence, advice = words.verdict(verdict)
    use = state.use_of(visit)
    return jsonify(
        level=verdict.level,
        code=verdict.code,
        sentence=sentence,
        advice=advice,
        use=use,
        use_sentence=words.use(use),
    )


@blueprint.post("/parcours/aide")
@limiter.limit(GENEROUS)
def ask_for_help() -> ResponseReturnValue:
    """The person is stuck, for the reason the page filled in."""
    visit = visiting.required()
    reason = str(_body().get("reason"))
    if not steps.is_reason(reason):
        reason = f"step.{visit.step}"
    with writing(parts.session()) as session:
        helping.ask_for_help(session, visit, reason, now=clock.now())
    return _answered(visit, stuck=True, reason=reason)


@blueprint.post("/parcours/aide/fin")
@limiter.limit(GENEROUS)
def no_longer_stuck() -> ResponseReturnValue:
    """The person found the way."""
    visit = visiting.required()
    with writing(parts.session()) as session:
        helping.no_longer_stuck(session, visit, now=clock.now())
    return _answered(visit, stuck=False)


@blueprint.post("/parcours/message")
@limiter.limit("60 per minute")
def write() -> ResponseReturnValue:
    """Keep a line the person wrote to the agent."""
    visit = visiting.required()
    text = str(_body().get("text") or "")
    with writing(parts.session()) as session:
        message = helping.say(session, visit, Author.CITIZEN, text, now=clock.now())
    return _answered(visit, id=message.id)


@blueprint.post("/parcours/nom")
@limiter.limit(GENEROUS)
def introduce() -> ResponseReturnValue:
    """Keep the name the person wants to be called by; an empty one keeps the name we know."""
    visit = visiting.required()
    appointment = visiting.appointment_of(visit)
    name = str(_body().get("name") or "").strip() or (
        appointment.citizen_name if appointment else ""
    )
    with writing(parts.session()) as session:
        participants.introduce(session, visit.participant, name)
    return _answered(visit, to=screens.of(steps.WAITING), name=visit.participant.name)


@blueprint.post("/parcours/frapper")
@limiter.limit(GENEROUS)
def knock() -> ResponseReturnValue:
    """Enter the waiting room."""
    visit = visiting.required()
    visiting.refuse_once_closed(visit.participant)
    with writing(parts.session()) as session:
        admission.knock(session, visit.participant, now=clock.now())
    return _answered(visit, presence=visit.participant.presence)


@blueprint.post("/parcours/presence")
@limiter.limit(GENEROUS)
def beat() -> ResponseReturnValue:
    """The page is still there."""
    visit = visiting.required()
    with writing(parts.session()):
        progress.beat(visit, now=clock.now())
    return "", 204


@blueprint.post("/parcours/terminer")
@limiter.limit(GENEROUS)
def finish() -> ResponseReturnValue:
    """End the visit on this device, where the next person may be a stranger, and show the door."""
    visiting.forget()
    return redirect("/", 303)


def _body() -> Mapping[str, Any]:
    if not request.is_json:
        return request.form
    body = request.get_json(silent=True)
    if not isinstance(body, dict):
        raise KioskError("path.bad_request")
    return body


def _answered(visit: Visit, to: screens.Screen | None = None, **answer: Any) -> ResponseReturnValue:
    if request.is_json:
        return jsonify(answer)
    return redirect((to or screens.of_id(visit.step)).path, 303)


def _short(value: object) -> str:
    text = value if isinstance(value, str) else ""
    return "".join(sign for sign in text if sign.isprintable())[:LONGEST_DEVICE_NAME]

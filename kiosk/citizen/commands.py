"""What the visit's page asks of the server: small POSTs (docs/signaling.md, "The way in").

Each takes JSON and answers JSON; those a person may need without scripts take the page's own form
and lead back to the step.
"""

from __future__ import annotations

from typing import Any

from flask import jsonify, redirect, request
from flask.typing import ResponseReturnValue

from kiosk import clock
from kiosk import request as parts
from kiosk.assist import helping
from kiosk.assist.model import Author
from kiosk.calls import participants
from kiosk.citizen import bodies, screens, state, visiting, words
from kiosk.citizen.blueprint import blueprint
from kiosk.errors import KioskError
from kiosk.language.typed import visible_name
from kiosk.storage.database import writing
from kiosk.visits import progress, results, steps
from kiosk.visits.model import Visit
from kiosk.web.limits import limiter

GENEROUS = "600 per minute"
"""One address may serve a whole house; a page sends about ten requests in a minute."""


@blueprint.get("/parcours/etat")
def read_state() -> ResponseReturnValue:
    """Answer the visit's state, or 204 when it has not changed since the revision given."""
    visit = visiting.required()
    if request.args.get("since", type=int) == state.revision(visit):
        return "", 204
    return jsonify(state.describe(visit, visiting.appointment_of(visit)))


@blueprint.post("/parcours/etape")
@limiter.limit(GENEROUS)
def note_step() -> ResponseReturnValue:
    """Note the step the person has moved to."""
    visit = visiting.required()
    step = steps.BY_ID.get(bodies.read(bodies.StepReached).step)
    if step is None:
        raise KioskError("path.unknown_step")
    visiting.reach(visit, step)
    return jsonify(step=step.id)


@blueprint.post("/parcours/appareil")
@limiter.limit(GENEROUS)
def describe_device() -> ResponseReturnValue:
    """Keep which device, browser and system the page found."""
    visit = visiting.required()
    device = bodies.read(bodies.DeviceFound).as_kept()
    with writing(parts.session()) as session:
        progress.describe_device(session, visit, device)
    return jsonify(device=device)


@blueprint.post("/parcours/verification")
@limiter.limit(GENEROUS)
def judge_check() -> ResponseReturnValue:
    """Judge a check and keep the verdict; answer it in words, with what the call can then use."""
    visit = visiting.required()
    measured = bodies.read(bodies.CheckMeasured)
    with writing(parts.session()) as session:
        verdict = results.judge_check(
            session,
            visit,
            measured.check,
            figures=measured.figures,
            error=measured.error,
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
    """Note that the person is stuck, for the reason the page filled in."""
    visit = visiting.required()
    reason = bodies.read(bodies.HelpAsked).reason
    if not steps.is_reason(reason):
        reason = f"step.{visit.step}"
    with writing(parts.session()) as session:
        helping.ask_for_help(session, visit, reason, now=clock.now())
    return _answered(visit, stuck=True, reason=reason)


@blueprint.post("/parcours/aide/fin")
@limiter.limit(GENEROUS)
def no_longer_stuck() -> ResponseReturnValue:
    """Note that the person is stuck no more."""
    visit = visiting.required()
    with writing(parts.session()) as session:
        helping.no_longer_stuck(session, visit, now=clock.now())
    return _answered(visit, stuck=False)


@blueprint.post("/parcours/message")
@limiter.limit("60 per minute")
def write() -> ResponseReturnValue:
    """Keep a line the person wrote to the agent."""
    visit = visiting.required()
    text = bodies.read(bodies.Line).text
    with writing(parts.session()) as session:
        message = helping.say(session, visit, Author.CITIZEN, text, now=clock.now())
    return _answered(visit, id=message.id)


@blueprint.post("/parcours/nom")
@limiter.limit(GENEROUS)
def introduce() -> ResponseReturnValue:
    """Keep the name the person wants to be called by; an empty one keeps the name we know."""
    visit = visiting.required()
    name = visible_name(bodies.read(bodies.NameGiven).name) or visiting.known_name(visit)
    with writing(parts.session()) as session:
        participants.introduce(session, visit.participant, name)
    return _answered(visit, to=screens.of(steps.WAITING), name=visit.participant.name)


@blueprint.post("/parcours/frapper")
@limiter.limit(GENEROUS)
def knock() -> ResponseReturnValue:
    """Enter the waiting room."""
    visit = visiting.required()
    with writing(parts.session()) as session:
        progress.knock(session, visit, now=clock.now())
    return _answered(visit, presence=visit.participant.presence)


@blueprint.post("/parcours/presence")
@limiter.limit(GENEROUS)
def beat() -> ResponseReturnValue:
    """Note that the page is still open."""
    visit = visiting.required()
    with writing(parts.session()) as session:
        progress.beat(session, visit, now=clock.now())
    return "", 204


@blueprint.post("/parcours/terminer")
@limiter.limit(GENEROUS)
def finish() -> ResponseReturnValue:
    """End the visit on this device, where the next person may be a stranger; show the home page."""
    visiting.forget()
    return redirect("/", 303)


def _answered(visit: Visit, to: screens.Screen | None = None, **answer: Any) -> ResponseReturnValue:
    if request.is_json:
        return jsonify(answer)
    return redirect((to or screens.of_id(visit.step)).path, 303)

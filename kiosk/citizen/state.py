"""The state of a visit as its page reads it: the data of :mod:`kiosk.visits.state`, in words."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext

from kiosk import clock
from kiosk import request as parts
from kiosk.appointments.model import Appointment
from kiosk.assist import store as assist
from kiosk.assist.model import HelpMessage
from kiosk.calls import participants
from kiosk.calls.model import Refusal
from kiosk.citizen import words
from kiosk.readiness.vocabulary import Use
from kiosk.visits import results, state
from kiosk.visits.model import Visit
from kiosk.visits.results import Results


def revision(visit: Visit) -> int:
    """Return how many times the visit's room has changed."""
    return state.revision(parts.session(), visit)


def describe(visit: Visit, appointment: Appointment | None) -> dict[str, Any]:
    """Return the whole state of the visit, as its page needs it; ``appointment`` is the visit's."""
    session = parts.session()
    now = state.of(session, visit, now=clock.now())
    return {
        "revision": now.revision,
        "changed": True,
        "presence": now.presence,
        "refusal": _refusal(now.refusal),
        "stuck": now.stuck,
        "messages": [_message(one) for one in assist.conversation(session, visit.id)],
        "names": participants.names_in_call(
            session,
            visit.participant.room,
            citizen_name=appointment.citizen_name if appointment else "",
            unnamed=gettext("Personne sans nom"),
        ),
        "agent": {"name": appointment.agent.name if appointment else ""},
        "use": now.checks.use,
        "checks": _checks(now.checks),
        "closes_at": now.closes_at.isoformat(),
        "room_state": now.room,
        "locked": now.locked,
    }


def use_of(visit: Visit) -> Use:
    """Return the most the call can use after the checks so far."""
    return results.current(parts.session(), visit).use


def _message(message: HelpMessage) -> dict[str, Any]:
    return {
        "id": message.id,
        "author": message.author,
        "text": message.text,
        "at": message.written_at.isoformat(),
    }


def _checks(checks: Results) -> dict[str, dict[str, str]]:
    return {
        check: {"level": result.verdict, "code": result.code} for check, result in checks.items()
    }


def _refusal(refusal: Refusal | None) -> dict[str, str] | None:
    if refusal is None:
        return None
    sentence, advice = words.refusal(refusal)
    return {"code": refusal, "sentence": sentence, "advice": advice}

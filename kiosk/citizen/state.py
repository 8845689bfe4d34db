"""What a citizen's page is told of its own visit (decision 0003); read after every nudge."""

from __future__ import annotations

from typing import Any

from kiosk import clock
from kiosk import request as parts
from kiosk.assist.model import Visit
from kiosk.calls import lobby
from kiosk.calls import store as calls
from kiosk.calls.gate import closed_because
from kiosk.calls.model import Participant
from kiosk.citizen import visiting, words
from kiosk.readiness.verdicts import best_use, use_after
from kiosk.readiness.vocabulary import Use
from kiosk.storage import revisions


def revision(visit: Visit) -> int:
    """Return how many times the visit's room has changed."""
    return revisions.current(parts.session(), calls.room_topic(visit.participant.room_id))


def describe(visit: Visit) -> dict[str, Any]:
    """Return the whole state of the visit, as its page needs it."""
    participant = visit.participant
    appointment = visiting.appointment_of(visit)
    return {
        "revision": revision(visit),
        "changed": True,
        "presence": participant.presence,
        "refusal": _refusal(participant),
        "stuck": visit.stuck_since is not None,
        "messages": [
            {
                "id": message.id,
                "author": message.author,
                "text": message.text,
                "at": message.written_at.isoformat(),
            }
            for message in visit.messages
        ],
        "names": lobby.names_in_call(
            parts.session(),
            participant.room,
            unnamed=appointment.citizen_name if appointment else "",
        ),
        "agent": {"name": appointment.agent.name if appointment else ""},
        "use": use_of(visit),
        "checks": {
            check: {"level": result["verdict"], "code": result["code"]}
            for check, result in visit.checks.items()
        },
        "closes_at": participant.room.closes_at.isoformat(),
        "room_state": _room_state(participant),
    }


def use_of(visit: Visit) -> Use:
    """Return the most the call can use after the checks so far."""
    return best_use(use_after(result["code"]) for result in visit.checks.values())


def _refusal(participant: Participant) -> dict[str, str] | None:
    if participant.refusal is None:
        return None
    sentence, advice = words.refusal(participant.refusal)
    return {"code": participant.refusal, "sentence": sentence, "advice": advice}


def _room_state(participant: Participant) -> str:
    refusal = closed_because(participant.room, clock.now())
    return "open" if refusal is None else refusal.removeprefix("gate.")

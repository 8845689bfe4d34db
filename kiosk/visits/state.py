"""The state of a visit that its page reads after a nudge (decision 0003): data, no words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from kiosk.calls import store as calls
from kiosk.calls.admission import closed_because
from kiosk.calls.model import Presence, Refusal
from kiosk.storage import revisions
from kiosk.visits import results
from kiosk.visits.model import Visit
from kiosk.visits.results import Results


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """Where a visit stands now. ``room`` is ``open``, or why it cannot be entered."""

    revision: int
    step: str
    presence: Presence
    refusal: Refusal | None
    stuck: bool
    checks: Results
    room: str
    locked: bool
    closes_at: datetime


def revision(session: Session, visit: Visit) -> int:
    """Return how many times the visit's room has changed."""
    return revisions.current(session, calls.room_topic(visit.participant.room_id))


def of(session: Session, visit: Visit, *, now: datetime) -> State:
    """Return the whole state of a visit."""
    participant = visit.participant
    closed = closed_because(participant.room, now)
    return State(
        revision=revision(session, visit),
        step=visit.step,
        presence=participant.presence,
        refusal=participant.refusal,
        stuck=visit.stuck_since is not None,
        checks=results.current(session, visit),
        room=closed.removeprefix("gate.") if closed else "open",
        locked=participant.room.locked_since is not None,
        closes_at=participant.room.closes_at,
    )

"""A visit moves along the path; assist remembers where it stands."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from kiosk.assist.model import Visit
from kiosk.calls import store as calls
from kiosk.calls.model import Participant

FAILING = frozenset({"bad", "unavailable", "refused"})


def begin(session: Session, participant: Participant, *, step: str, now: datetime) -> Visit:
    """Open the visit of a citizen who just arrived; return it flushed."""
    visit = Visit(participant=participant, step=step, step_since=now, device={}, checks={})
    session.add(visit)
    session.flush()
    calls.announce(session, participant.room)
    return visit


def reach(session: Session, visit: Visit, step: str, *, now: datetime) -> None:
    """The citizen is on this step now."""
    visit.participant.seen_at = now
    if visit.step != step:
        visit.step = step
        visit.step_since = now
        calls.announce(session, visit.participant.room)


def describe_device(session: Session, visit: Visit, device: dict[str, Any]) -> None:
    """Keep what the device step found out."""
    visit.device = device
    calls.announce(session, visit.participant.room)


def report_check(
    session: Session,
    visit: Visit,
    check: str,
    *,
    verdict: str,
    code: str,
    figures: dict[str, float],
    now: datetime,
) -> None:
    """Keep a check's verdict and its code; a failing one becomes the visit's last error."""
    result = {"verdict": verdict, "code": code, "at": now.isoformat(), "figures": figures}
    visit.checks = {**visit.checks, check: result}
    visit.participant.seen_at = now
    if verdict in FAILING:
        visit.last_error = code
        visit.last_error_at = now
    elif visit.last_error and visit.last_error.split(".")[0] == check:
        visit.last_error = None
        visit.last_error_at = None
    calls.announce(session, visit.participant.room)


def beat(visit: Visit, *, now: datetime) -> None:
    """The page is still there; nobody is nudged for so little."""
    visit.participant.seen_at = now

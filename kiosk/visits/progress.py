"""A visit begins, moves from step to step, and is still there."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from kiosk.calls import admission, ending, participants, presence
from kiosk.calls import store as calls
from kiosk.calls.admission import is_admitted
from kiosk.calls.ending import Connections
from kiosk.calls.model import CameBy, Participant, Presence, Room, Seat
from kiosk.calls.presence import Event
from kiosk.errors import KioskError
from kiosk.visits import steps, store
from kiosk.visits.model import Visit

LIVE_VISITS = 20
"""Visits of one room at the same time: two for each person who fits into a call."""

SEEN_AGAIN_AFTER = timedelta(seconds=5)
"""A page loaded again sooner is not noted as seen once more: pages report every 15 seconds."""

GIVES_WAY_AFTER = timedelta(minutes=10)
"""A visit on the path that was not heard of for so long is ended when its place is needed."""


class TooManyVisits(KioskError):
    """As many people are on the way to this room as it may have."""

    code = "visit.too_many"
    status = 429


def enter(
    session: Session,
    room: Room,
    *,
    language: str,
    now: datetime,
    came_by: CameBy = CameBy.UNKNOWN,
    seat: Seat = Seat.CITIZEN,
) -> Visit:
    """Begin the visit of a citizen who may enter the room; return it flushed.

    Raises TooManyVisits. People who were let in, or wait, keep their place.
    """
    _find_place(session, room, now)
    newcomer = participants.arrive(
        session, room, language=language, now=now, came_by=came_by, seat=seat
    )
    return begin(session, newcomer, now=now)


def _find_place(session: Session, room: Room, now: datetime) -> None:
    present = store.present_in_room(session, room.id, now=now)
    too_many = max(0, len(present) - LIVE_VISITS + 1)
    gone = [visit for visit in present if _gives_way(visit.participant, now)]
    if len(gone) < too_many:
        raise TooManyVisits
    for visit in sorted(gone, key=lambda one: one.participant.seen_at)[:too_many]:
        presence.apply(session, visit.participant, Event.LEAVE, now=now)


def _gives_way(participant: Participant, now: datetime) -> bool:
    unheard = participant.seen_at <= now - GIVES_WAY_AFTER
    return unheard and participant.presence in (Presence.ON_PATH, Presence.REFUSED)


def begin(
    session: Session, participant: Participant, *, step: str = steps.FIRST.id, now: datetime
) -> Visit:
    """Begin the visit of a participant who has just arrived; return it flushed."""
    visit = Visit(participant=participant, step=step, step_since=now, device={})
    session.add(visit)
    session.flush()
    calls.announce(session, participant.room)
    return visit


def come_back(session: Session, visit: Visit, *, now: datetime) -> None:
    """Take back somebody who opens their link again, as when they had left or were refused."""
    _take_off_device_once_gone(visit)
    participants.return_to_path(session, visit.participant, now=now)


def move(
    session: Session, visit: Visit, ended: Connections, *, came_by: CameBy, now: datetime
) -> None:
    """Let another browser go on with this visit; its device is looked at anew.

    A name given by who came in another way is not theirs. Inside
    :func:`kiosk.calls.ending.ending`. Raises as :func:`kiosk.calls.admission.check_may_move`.
    """
    participant = visit.participant
    admission.check_may_move(participant)
    ending.move_seat(session, participant, ended, now=now)
    if participant.came_by != came_by:
        participant.came_by, participant.name = came_by, ""
    take_off_device(visit)
    visit.device = {}
    if steps.is_after(visit.step, steps.DEVICE):
        visit.step, visit.step_since = steps.DEVICE.id, now
    calls.announce(session, participant.room)


def knock(session: Session, visit: Visit, *, now: datetime) -> None:
    """Enter the waiting room; harmless for somebody waiting or admitted already."""
    _take_off_device_once_gone(visit)
    admission.knock(session, visit.participant, now=now)


def has_reached(visit: Visit, step: str, *, language: str, now: datetime) -> bool:
    """Tell whether all that :func:`reach` would note is noted already, a moment ago."""
    participant = visit.participant
    return (
        visit.step == step
        and participant.language == language
        and participant.presence not in store.GONE
        and timedelta(0) <= now - participant.seen_at < SEEN_AGAIN_AFTER
    )


def reach(session: Session, visit: Visit, step: str, *, language: str = "", now: datetime) -> None:
    """Note the step somebody is on, and the language they read it in.

    Somebody who had left is back, unless the step is the good-bye.
    """
    participant = visit.participant
    if participant.presence in store.GONE and step != steps.END.id:
        _take_off_device_once_gone(visit)
        participants.return_to_path(session, participant, now=now)
    participant.seen_at = now
    if language and participant.language != language:
        participant.language = language
        calls.announce(session, participant.room)
    if visit.step != step:
        visit.step = step
        visit.step_since = now
        calls.announce(session, participant.room)


def place_of(visit: Visit) -> steps.Step:
    """Return the step to show to somebody who comes back: the one they had reached.

    After the good-bye, and in the call for somebody who is not admitted, it is the waiting room.
    """
    step = steps.BY_ID.get(visit.step, steps.FIRST)
    is_shut_out = step == steps.CALL and not is_admitted(visit.participant)
    return steps.WAITING if step == steps.END or is_shut_out else step


def describe_device(session: Session, visit: Visit, device: dict[str, Any]) -> None:
    """Keep what the device step found out."""
    visit.device = device
    calls.announce(session, visit.participant.room)


def put_on_device(session: Session, visit: Visit, device_id: int) -> Visit | None:
    """Note that the visit is open on this enrolled kiosk.

    Returns the visit that was open there before, if another one was, for the caller to end it.
    """
    before = store.on_device(session, device_id)
    if before is visit:
        return None
    if before is not None:
        before.open_on_device = None
        session.flush()
    visit.open_on_device = device_id
    return before


def take_off_device(visit: Visit) -> None:
    """Note that the visit is open on no enrolled kiosk any more; safe to repeat."""
    visit.open_on_device = None


def beat(session: Session, visit: Visit, *, now: datetime) -> None:
    """Note that the page is still open; pages are nudged only when it did not answer before."""
    if admission.is_unreachable(visit.participant, now):
        calls.announce(session, visit.participant.room)
    visit.participant.seen_at = now


def _take_off_device_once_gone(visit: Visit) -> None:
    # Somebody who left the kiosk and goes on at home must not appear on it again.
    if visit.participant.presence in store.GONE:
        take_off_device(visit)

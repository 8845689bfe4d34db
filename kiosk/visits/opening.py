"""Open visits and rooms without an appointment: walk-in, help now, test, named meeting.

Each is one call inside a write transaction (decision 0233). A room made here has a link, a code and
a password like any other, and is forgotten like any other.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from kiosk.calls import rooms
from kiosk.calls import store as calls
from kiosk.calls.links import RoomKeys
from kiosk.calls.model import CameBy, Purpose, Room
from kiosk.errors import KioskError
from kiosk.visits import progress
from kiosk.visits.model import Visit

LASTS = {
    Purpose.WALK_IN: timedelta(hours=3),  # somebody without an appointment waits for their turn
    Purpose.HELP_NOW: timedelta(hours=1),
    Purpose.TEST: timedelta(hours=1),
    Purpose.MEETING: timedelta(hours=2),
}
"""How long a room opened now can be used; it closes an hour later, as after an appointment."""

LONGEST_NAME = 80


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """Somebody who comes without an appointment; ``device_id`` is the enrolled kiosk they use."""

    house_id: int
    language: str
    device_id: int | None = None


@dataclass(frozen=True, slots=True)
class Opened:
    """A visit that begins. ``replaced`` was open on the same kiosk before: the caller ends it."""

    visit: Visit
    replaced: Visit | None = None


def walk_in(session: Session, keys: RoomKeys, arrival: Arrival, *, now: datetime) -> Opened:
    """Begin the visit of somebody who came to the house without an appointment."""
    return _open(session, keys, Purpose.WALK_IN, arrival, now)


def help_now(session: Session, keys: RoomKeys, arrival: Arrival, *, now: datetime) -> Opened:
    """Begin the visit of somebody who asks for an agent at once: agents see them as stuck."""
    opened = _open(session, keys, Purpose.HELP_NOW, arrival, now)
    opened.visit.stuck_since = now
    opened.visit.stuck_reason = f"step.{opened.visit.step}"
    return opened


def test(session: Session, keys: RoomKeys, arrival: Arrival, *, now: datetime) -> Opened:
    """Begin a visit that tries the device out, on any day; nobody is expected to call."""
    return _open(session, keys, Purpose.TEST, arrival, now)


def meeting(session: Session, keys: RoomKeys, *, house_id: int, name: str, now: datetime) -> Room:
    """Return the open meeting of this name in the house, or open one now.

    Names that differ in capitals or spaces only are the same. Raises KioskError
    ``meeting.no_name``.
    """
    wanted = " ".join(name.split())[:LONGEST_NAME]
    if not wanted:
        raise KioskError("meeting.no_name")
    for room in calls.open_meetings(session, house_id, now=now):
        if room.name.casefold() == wanted.casefold():
            return room
    room = _room(session, keys, Purpose.MEETING, house_id, now, name=wanted)
    calls.announce(session, room)
    return room


def _open(
    session: Session, keys: RoomKeys, purpose: Purpose, arrival: Arrival, now: datetime
) -> Opened:
    room = _room(session, keys, purpose, arrival.house_id, now)
    visit = progress.enter(session, room, language=arrival.language, now=now, came_by=CameBy.HOUSE)
    if arrival.device_id is None:
        return Opened(visit)
    visit.device = {"kind": "kiosk"}
    return Opened(visit, replaced=progress.put_on_device(session, visit, arrival.device_id))


def _room(
    session: Session,
    keys: RoomKeys,
    purpose: Purpose,
    house_id: int,
    now: datetime,
    name: str = "",
) -> Room:
    return rooms.open_room(
        session,
        keys,
        house_id=house_id,
        starts_at=now,
        duration=LASTS[purpose],
        purpose=purpose,
        name=name,
    )

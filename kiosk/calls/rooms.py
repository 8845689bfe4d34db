"""Rooms: opened with an appointment, moved with it, closed with it."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from kiosk.calls import store
from kiosk.calls.links import RoomKeys
from kiosk.calls.model import Participant, Presence, Room, RoomState

OPENS_BEFORE = timedelta(minutes=30)
CLOSES_AFTER = timedelta(minutes=60)
DRAWS = 20


def open_room(
    session: Session,
    keys: RoomKeys,
    *,
    house_id: int,
    starts_at: datetime,
    duration: timedelta,
) -> Room:
    """Make a room with its link, code and password, valid around the given time; return it flushed.

    It can be entered from 30 minutes before the start (time enough for the checks) until an hour
    after the planned end (a late or long appointment is not cut off).
    """
    room = Room(house_id=house_id, generation=0)
    schedule(room, starts_at=starts_at, duration=duration)
    _draw_unused(session, keys, room)
    session.add(room)
    session.flush()
    return room


def schedule(room: Room, *, starts_at: datetime, duration: timedelta) -> None:
    """Move the validity window; the link, code and password stay the same."""
    room.opens_at = starts_at - OPENS_BEFORE
    room.closes_at = starts_at + duration + CLOSES_AFTER


def cancel(session: Session, room: Room) -> None:
    """Close the room for good; whoever is on the way or waiting is told by the page's state."""
    room.state = RoomState.CANCELLED
    store.announce(session, room)


def renew_credentials(session: Session, keys: RoomKeys, room: Room) -> None:
    """Replace link, code and password, as when a card was lost: the old ones open nothing."""
    _draw_unused(session, keys, room)
    room.wrong_passwords = 0
    store.announce(session, room)


def is_occupied(session: Session, room: Room) -> bool:
    """Tell whether a call is going on in the room."""
    return (
        session.scalar(
            select(Participant.id).where(
                Participant.room_id == room.id, Participant.presence == Presence.IN_CALL
            )
        )
        is not None
    )


def _draw_unused(session: Session, keys: RoomKeys, room: Room) -> None:
    # Nine digits are drawn from a thousand million: with a million rooms kept, one draw in a
    # thousand meets a code in use, so drawing again is ordinary and twenty times never fails.
    with session.no_autoflush:
        for _ in range(DRAWS):
            keys.draw(room)
            if store.room_by_digest(session, code=room.code_digest) is None:
                return
    raise RuntimeError("no free room code after twenty draws")

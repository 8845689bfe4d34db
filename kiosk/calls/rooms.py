"""Rooms: opened, moved, cancelled, closed, and their credentials replaced."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from kiosk.calls import ending, store
from kiosk.calls.admission import closed_because
from kiosk.calls.ending import Connections
from kiosk.calls.links import RoomKeys
from kiosk.calls.model import Purpose, Room, RoomState

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
    purpose: Purpose = Purpose.APPOINTMENT,
    name: str = "",
) -> Room:
    """Make a room with its link, code and password, valid around the given time; return it flushed.

    It can be entered from 30 minutes before the start (time enough for the checks) until an hour
    after the planned end (a late or long appointment is not cut off).
    """
    room = Room(house_id=house_id, generation=0, purpose=purpose, name=name)
    schedule(room, starts_at=starts_at, duration=duration)
    _draw_unused(session, keys, room)
    session.add(room)
    session.flush()
    return room


def schedule(room: Room, *, starts_at: datetime, duration: timedelta) -> None:
    """Set the hours between which the room can be entered."""
    room.opens_at = starts_at - OPENS_BEFORE
    room.closes_at = starts_at + duration + CLOSES_AFTER


def move(
    session: Session,
    room: Room,
    ended: Connections,
    *,
    starts_at: datetime,
    duration: timedelta,
    now: datetime,
) -> None:
    """Move the room's hours; link, code and password stay the same.

    When the room is not open now by its new hours, everybody is shown out: an admission holds for
    one meeting, not for the next one. Inside :func:`kiosk.calls.ending.ending`.
    """
    schedule(room, starts_at=starts_at, duration=duration)
    if closed_because(room, now) is not None:
        ending.close_room(session, room, ended, now=now)
    store.announce(session, room)


def cancel(session: Session, room: Room, ended: Connections, *, now: datetime) -> None:
    """Cancel the room and show everybody out; inside :func:`kiosk.calls.ending.ending`."""
    _close(session, room, RoomState.CANCELLED, ended, now)


def close(session: Session, room: Room, ended: Connections, *, now: datetime) -> None:
    """Close the room before its hour and show everybody out; inside
    :func:`kiosk.calls.ending.ending`.
    """
    _close(session, room, RoomState.CLOSED, ended, now)


def lock(session: Session, room: Room, *, now: datetime) -> None:
    """Let nobody new knock or be admitted; those inside may reconnect, and agents may enter."""
    if room.locked_since is None:
        room.locked_since = now
        store.announce(session, room)


def unlock(session: Session, room: Room) -> None:
    """Let people knock and be admitted again; safe to repeat."""
    if room.locked_since is not None:
        room.locked_since = None
        store.announce(session, room)


def reopen(session: Session, room: Room) -> None:
    """Take back that the room was closed before its hour; joins the caller's write transaction.

    Those who were shown out come in again by the same link, until the room's hour.
    """
    room.state = RoomState.OPEN
    store.announce(session, room)


def renew_credentials(
    session: Session, keys: RoomKeys, room: Room, ended: Connections, *, now: datetime
) -> None:
    """Replace link, code and password, as when a card was lost: the old ones open nothing.

    All who came in by them are shown out. Inside :func:`kiosk.calls.ending.ending`.
    """
    _draw_unused(session, keys, room)
    room.wrong_passwords = 0
    ending.show_citizens_out(session, room, ended, now=now)
    store.announce(session, room)


def _close(
    session: Session, room: Room, state: RoomState, ended: Connections, now: datetime
) -> None:
    room.state = state
    ending.close_room(session, room, ended, now=now)
    store.announce(session, room)


def _draw_unused(session: Session, keys: RoomKeys, room: Room) -> None:
    # Nine digits are drawn from a thousand million: with a million rooms kept, one draw in a
    # thousand meets a code in use, so drawing again is ordinary and twenty times never fails.
    with session.no_autoflush:
        for _ in range(DRAWS):
            keys.draw(room)
            if store.room_by_digest(session, code=room.code_digest) is None:
                return
    raise RuntimeError("no free room code after twenty draws")

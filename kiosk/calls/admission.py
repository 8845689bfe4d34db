"""Admission: waiting, being let in, and until when it holds.

Nobody enters a call unseen: an agent admits each citizen by an act of theirs.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from kiosk.calls import presence, store
from kiosk.calls.model import Participant, Presence, Room, RoomState, Seat
from kiosk.calls.presence import MAY_ENTER, Event
from kiosk.errors import KioskError, NotAllowed

OVERTIME = timedelta(minutes=10)
"""How long after the room's hour an admission, or a lost connection, still leads into the call."""


UNREACHABLE_AFTER = timedelta(minutes=3)
"""How long without a word from their page until somebody is shown as gone, and holds no seat."""

LOCKED = 423
"""The HTTP status of a locked room (RFC 4918 §11.3)."""


def knock(session: Session, participant: Participant, *, now: datetime) -> None:
    """Enter the waiting room; harmless for somebody waiting or admitted already.

    Raises KioskError ``lobby.locked`` for anybody else while the room is locked.
    """
    if participant.presence != Presence.WAITING and not is_admitted(participant):
        _check_unlocked(participant.room)
    presence.apply(session, participant, Event.KNOCK, now=now)


def admit(session: Session, participant: Participant, *, now: datetime) -> None:
    """Let a citizen in, from the waiting room or from where they stand on the path.

    Raises Conflict ``lobby.already_left``, KioskError ``lobby.locked`` for somebody not admitted
    yet while the room is locked, or KioskError as :func:`check_open`.
    """
    check_open(session, participant.room, now=now)
    if not is_admitted(participant):
        _check_unlocked(participant.room)
    presence.apply(session, participant, Event.ADMIT, now=now)


def check_may_move(participant: Participant) -> None:
    """Raise KioskError ``lobby.locked`` for somebody let in to a room that is locked now.

    A link alone must not put them out of a call that their agent has locked.
    """
    if is_admitted(participant):
        _check_unlocked(participant.room)


def check_open(session: Session, room: Room, *, now: datetime) -> None:
    """Raise unless an agent may still let people in to this room, and enter it.

    They may before it opens, and after its hour as long as a call goes on in it. KioskError
    ``gate.cancelled`` or ``gate.closed``, both 410.
    """
    refusal = closed_because(room, now)
    if refusal == "gate.too_early":
        return
    goes_on = room.state == RoomState.OPEN and any(map(is_in_call, store.seated(session, room.id)))
    if refusal is not None and not goes_on:
        raise KioskError(refusal, status=410)


def check_may_enter(participant: Participant, now: datetime) -> None:
    """Raise unless this participant may have a connection to the call now.

    NotAllowed ``lobby.not_admitted``, or KioskError as :func:`check_still_valid`.
    """
    check_still_valid(participant, now)
    if not is_admitted(participant):
        raise NotAllowed("lobby.not_admitted")


def check_still_valid(participant: Participant, now: datetime) -> None:
    """Raise when the room is over for this participant: their pages say so and lead out.

    KioskError ``gate.cancelled``, ``gate.closed`` or ``gate.renewed`` (410), or
    ``gate.too_early`` (403).
    """
    refusal = over_because(participant, now)
    if refusal is not None:
        raise KioskError(refusal, status=403 if refusal == "gate.too_early" else 410)


def over_because(participant: Participant, now: datetime) -> str | None:
    """Return the code that says why the room is over for this participant; None when it is not.

    A call may last longer than planned, and a lost connection may come back meanwhile. Agents may
    come before the room opens.
    """
    if not holds_credentials(participant):
        return "gate.renewed"
    refusal = closed_because(participant.room, now)
    if refusal == "gate.too_early" and (
        participant.seat == Seat.AGENT or _came_before_the_clock_was_set_back(participant)
    ):
        return None
    is_over_by_the_hour = refusal == "gate.closed" and participant.room.state == RoomState.OPEN
    if is_over_by_the_hour and _in_overtime(participant, now):
        return None
    return refusal


def holds_credentials(participant: Participant) -> bool:
    """Tell whether a citizen came in by the credentials that are valid now; agents need none."""
    return participant.seat == Seat.AGENT or participant.generation == participant.room.generation


def is_admitted(participant: Participant) -> bool:
    """Tell whether somebody was let in and has not left."""
    return participant.presence in MAY_ENTER


def is_in_call(participant: Participant) -> bool:
    """Tell whether the media plane receives their media now."""
    return participant.presence == Presence.IN_CALL


def is_unreachable(participant: Participant, now: datetime) -> bool:
    """Tell whether somebody on the way, waiting or let in has answered nothing for minutes.

    Their page reports four times a minute that it is open. In the call the media tell.
    """
    # A page seen in the future was last heard of before the clock was set back.
    is_heard = abs(now - participant.seen_at) < UNREACHABLE_AFTER
    return not is_in_call(participant) and not is_heard


def closed_because(room: Room, now: datetime) -> str | None:
    """Return the code that says why the room cannot be entered now, or None when it can."""
    if room.state == RoomState.CANCELLED:
        return "gate.cancelled"
    if room.state == RoomState.CLOSED or now >= room.closes_at:
        return "gate.closed"
    if now < room.opens_at:
        return "gate.too_early"
    return None


def _check_unlocked(room: Room) -> None:
    if room.locked_since is not None:
        raise KioskError("lobby.locked", status=LOCKED)


def _came_before_the_clock_was_set_back(participant: Participant) -> bool:
    # The room is not open yet, but it was when they arrived, by the hours that it still has.
    return participant.room.opens_at <= participant.arrived_at


def _in_overtime(participant: Participant, now: datetime) -> bool:
    # After the hour somebody is admitted by an agent still in the call, or by having just been in
    # it themselves: either way it has not been for long.
    return is_in_call(participant) or (
        is_admitted(participant) and now - participant.presence_since < OVERTIME
    )

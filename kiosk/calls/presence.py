"""The presence of a participant: one state machine, one table of transitions (decision 0250).

No other module writes ``Participant.presence``; a law (tests/laws/test_presence.py) checks it.
Nothing here asks the media plane: :func:`apply` returns the connection to end there.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy.orm import Session

from kiosk.calls import store
from kiosk.calls.model import Participant, Presence, Refusal, Room, Seat
from kiosk.errors import Conflict

MAY_ENTER = frozenset({Presence.ADMITTED, Presence.IN_CALL})
"""Only these have a connection to the call."""


class Event(StrEnum):
    """What happens to one participant."""

    KNOCK = "knock"
    """They enter the waiting room."""
    ADMIT = "admit"
    """An agent lets them in."""
    REFUSE = "refuse"
    """An agent does not let them in now, or puts them out with a reason they read."""
    TAKE_SEAT = "take_seat"
    """An agent opens the call: agents need no admission."""
    CONNECT = "connect"
    """The media plane receives their media."""
    AWAY = "away"
    """The media plane hears nothing from them; it keeps the connection for a while."""
    LOST = "lost"
    """Their connection ended without anybody having asked for it."""
    HANG_UP = "hang_up"
    """They left the call."""
    LEAVE = "leave"
    """They ended the whole visit on this device."""
    RETURN = "return"
    """Their page is open again, or they presented their credentials again."""
    MOVE = "move"
    """They go on in another browser: nobody saw who sits there, so an agent lets them in again."""
    REMOVE = "remove"
    """An agent puts them out of the call."""
    END_CALL = "end_call"
    """An agent ended the call for everybody in it."""
    CLOSE_ROOM = "close_room"
    """The appointment was cancelled, closed or moved away, or their credentials were replaced."""


@dataclass(frozen=True, slots=True)
class Illegal:
    """A transition that is refused with :class:`Conflict` and this code."""

    code: str


_STATES = (
    Presence.ON_PATH,
    Presence.WAITING,
    Presence.ADMITTED,
    Presence.IN_CALL,
    Presence.REFUSED,
    Presence.LEFT,
    Presence.REMOVED,
)
_ON_PATH, _WAITING, _ADMITTED, _IN_CALL, _REFUSED, _LEFT, _REMOVED = _STATES
_SAME = None
_GONE = Illegal("lobby.already_left")

# One row an event, one column a state: where the event leads. _SAME changes nothing: the event is
# late, repeated or without meaning there, and harmless.
# fmt: off
_ROWS: dict[Event, tuple[Presence | Illegal | None, ...]] = {
    #                  on_path    waiting    admitted  in_call    refused    left       removed
    Event.KNOCK:      (_WAITING,  _SAME,     _SAME,    _SAME,     _WAITING,  _WAITING,  _WAITING),
    Event.ADMIT:      (_ADMITTED, _ADMITTED, _SAME,    _SAME,     _ADMITTED, _GONE,     _GONE),
    Event.REFUSE:     (_REFUSED,  _REFUSED,  _REFUSED, _REFUSED,  _SAME,     _GONE,     _GONE),
    Event.TAKE_SEAT:  (_ADMITTED, _ADMITTED, _SAME,    _SAME,     _ADMITTED, _ADMITTED, _ADMITTED),
    Event.CONNECT:    (_SAME,     _SAME,     _IN_CALL, _SAME,     _SAME,     _SAME,     _SAME),
    Event.AWAY:       (_SAME,     _SAME,     _SAME,    _ADMITTED, _SAME,     _SAME,     _SAME),
    Event.LOST:       (_SAME,     _SAME,     _SAME,    _ADMITTED, _SAME,     _SAME,     _SAME),
    Event.HANG_UP:    (_LEFT,     _LEFT,     _LEFT,    _LEFT,     _SAME,     _SAME,     _SAME),
    Event.LEAVE:      (_LEFT,     _LEFT,     _LEFT,    _LEFT,     _LEFT,     _SAME,     _SAME),
    Event.RETURN:     (_SAME,     _SAME,     _SAME,    _SAME,     _ON_PATH,  _ON_PATH,  _ON_PATH),
    Event.MOVE:       (_SAME,     _SAME,     _WAITING, _WAITING,  _SAME,     _ON_PATH,  _ON_PATH),
    Event.REMOVE:     (_REMOVED,  _REMOVED,  _REMOVED, _REMOVED,  _SAME,     _SAME,     _SAME),
    Event.END_CALL:   (_SAME,     _SAME,     _LEFT,    _LEFT,     _SAME,     _SAME,     _SAME),
    Event.CLOSE_ROOM: (_LEFT,     _LEFT,     _LEFT,    _LEFT,     _LEFT,     _SAME,     _SAME),
}
# fmt: on

TRANSITIONS: Mapping[Event, Mapping[Presence, Presence | Illegal | None]] = {
    event: dict(zip(_STATES, row, strict=True)) for event, row in _ROWS.items()
}

FIRST: Mapping[Seat, Presence] = {
    Seat.CITIZEN: _ON_PATH,
    Seat.COMPANION: _ON_PATH,
    Seat.AGENT: _ADMITTED,
}
"""Where a participant begins."""

_FROM_THEIR_PAGE = frozenset(
    {Event.KNOCK, Event.TAKE_SEAT, Event.HANG_UP, Event.RETURN, Event.MOVE}
)
_ENDS_THE_CONNECTION = frozenset({Event.LOST, Event.HANG_UP})


def begin(
    session: Session, room: Room, seat: Seat, *, now: datetime, **details: Any
) -> Participant:
    """Add a participant to the room, where their seat begins; return it flushed."""
    newcomer = Participant(
        room=room,
        seat=seat,
        presence=FIRST[seat],
        presence_since=now,
        generation=room.generation,
        arrived_at=now,
        seen_at=now,
        **details,
    )
    session.add(newcomer)
    session.flush()
    store.announce(session, room)
    return newcomer


def apply(
    session: Session,
    participant: Participant,
    event: Event,
    *,
    now: datetime,
    refusal: Refusal | None = None,
) -> str | None:
    """Apply an event inside the running write transaction.

    Returns the media peer that ends with it, which the caller ends at the plane after the commit;
    None when there is none. Raises Conflict with a stable code where the table forbids the event,
    and ValueError for an agent's event on a citizen's seat.
    """
    if event is Event.TAKE_SEAT and participant.seat != Seat.AGENT:
        raise ValueError("only agents enter a call without admission")
    target = TRANSITIONS[event][Presence(participant.presence)]
    if isinstance(target, Illegal):
        raise Conflict(target.code)
    _become(session, participant, target or participant.presence, refusal, now)
    if event in _FROM_THEIR_PAGE:
        participant.seen_at = now
    if participant.presence in MAY_ENTER and event not in _ENDS_THE_CONNECTION:
        return None
    ended, participant.peer = participant.peer, None
    return ended


def _become(
    session: Session,
    participant: Participant,
    presence: Presence,
    refusal: Refusal | None,
    now: datetime,
) -> None:
    if presence != Presence.REFUSED:
        refusal = None
    elif refusal is None:
        refusal = participant.refusal
    if (presence, refusal) == (participant.presence, participant.refusal):
        return
    participant.presence = presence
    participant.presence_since = now
    participant.refusal = refusal
    store.announce(session, participant.room)

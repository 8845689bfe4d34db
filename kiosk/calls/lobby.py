"""The lobby: arriving, knocking, being admitted or not. Nobody enters a call unseen."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from kiosk.calls import store
from kiosk.calls.model import Participant, Presence, Refusal, Room, Seat
from kiosk.errors import Conflict, NotAllowed

MAX_NAME = 80
MAY_ENTER = frozenset({Presence.ADMITTED, Presence.IN_CALL})


def arrive(session: Session, room: Room, *, language: str, now: datetime) -> Participant:
    """Seat a citizen who came through the gate; they are on the path. Returns it flushed."""
    newcomer = Participant(
        room=room,
        seat=Seat.CITIZEN,
        language=language,
        presence=Presence.ON_PATH,
        presence_since=now,
        arrived_at=now,
        seen_at=now,
    )
    session.add(newcomer)
    session.flush()
    store.announce(session, room)
    return newcomer


def seat_agent(
    session: Session, room: Room, *, agent_id: int, name: str, now: datetime
) -> Participant:
    """Return the agent's seat in the room, made at the first call; agents need no admission."""
    seat = store.agent_seat(session, room.id, agent_id)
    if seat is None:
        seat = Participant(
            room=room,
            seat=Seat.AGENT,
            agent_id=agent_id,
            name=name,
            presence=Presence.ADMITTED,
            presence_since=now,
            arrived_at=now,
            seen_at=now,
        )
        session.add(seat)
        session.flush()
    elif seat.presence not in MAY_ENTER:
        _become(session, seat, Presence.ADMITTED, now)
    return seat


def introduce(session: Session, participant: Participant, name: str) -> None:
    """Keep the name the person wants to be shown."""
    participant.name = " ".join(name.split())[:MAX_NAME]
    store.announce(session, participant.room)


def names_in_call(session: Session, room: Room, *, unnamed: str) -> dict[str, str]:
    """Return who is who in a call: participant id, and the name to show.

    ``unnamed`` is for whoever passed over saying their name.
    """
    return {str(one.id): one.name or unnamed for one in store.seated(session, room.id)}


def knock(session: Session, participant: Participant, *, now: datetime) -> None:
    """Enter the waiting room; harmless for someone already admitted."""
    if participant.presence in MAY_ENTER or participant.presence == Presence.WAITING:
        return
    participant.refusal = None
    _become(session, participant, Presence.WAITING, now)


def admit(session: Session, participant: Participant, *, now: datetime) -> None:
    """Let a citizen in, from the waiting room or from where they stand on the path."""
    if participant.presence in MAY_ENTER:
        return
    if participant.presence == Presence.LEFT:
        raise Conflict("lobby.already_left")
    participant.refusal = None
    _become(session, participant, Presence.ADMITTED, now)


def refuse(session: Session, participant: Participant, reason: Refusal, *, now: datetime) -> None:
    """Do not let a citizen in, for a reason they will read."""
    if participant.presence == Presence.IN_CALL:
        raise Conflict("lobby.already_in_call")
    participant.refusal = reason
    _become(session, participant, Presence.REFUSED, now)


def entering(session: Session, participant: Participant, peer: str, *, now: datetime) -> str | None:
    """Note the media peer of somebody who may enter; return the peer it replaces, to be closed.

    Raises NotAllowed ``lobby.not_admitted`` for anyone who has not been let in.
    """
    if participant.presence not in MAY_ENTER:
        raise NotAllowed("lobby.not_admitted")
    before, participant.peer = participant.peer, peer
    participant.seen_at = now
    return before


def leave(session: Session, participant: Participant, *, now: datetime) -> None:
    """End somebody's presence: they hung up, or went away."""
    participant.peer = None
    if participant.presence != Presence.LEFT:
        _become(session, participant, Presence.LEFT, now)


def return_to_path(session: Session, participant: Participant, *, now: datetime) -> None:
    """Take back somebody who had left or was refused, as when a page is loaded again."""
    if participant.presence in (Presence.LEFT, Presence.REFUSED):
        participant.refusal = None
        _become(session, participant, Presence.ON_PATH, now)


def _become(session: Session, participant: Participant, presence: Presence, now: datetime) -> None:
    participant.presence = presence
    participant.presence_since = now
    participant.seen_at = now
    store.announce(session, participant.room)

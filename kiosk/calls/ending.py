"""How somebody's part of a call ends: hung up, removed, refused, ended for all, room closed.

Each use case is one write transaction, then the connections that ended with it are closed at the
media plane (decision 0251). The plane is another process: it is never asked while the write lock
is held. When it does not answer, it is asked again in the background.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from threading import Thread
from time import sleep

import structlog
from sqlalchemy.orm import Session

from kiosk.calls import presence, store
from kiosk.calls.admission import is_admitted
from kiosk.calls.model import Participant, Refusal, Room, Seat
from kiosk.calls.presence import Event
from kiosk.errors import MediaError
from kiosk.media.engine import GoneReason, MediaEngine
from kiosk.storage.database import writing

log = structlog.get_logger()

RETRY_AFTER_S = (1, 2, 4, 8, 16, 32)
"""Pauses between attempts to close connections at a plane that does not answer."""

_SAID = {
    Event.HANG_UP: GoneReason.LEFT,
    Event.LEAVE: GoneReason.LEFT,
    Event.REMOVE: GoneReason.REMOVED,
    Event.CLOSE_ROOM: GoneReason.ROOM_CLOSED,
    Event.MOVE: GoneReason.REPLACED,
}
"""What the page reads when its connection ends with this event."""


@dataclass(slots=True)
class Connections:
    """What is to be closed at the plane after the commit."""

    peers: dict[str, GoneReason] = field(default_factory=dict)
    """Each with the reason that its page reads."""
    rooms: dict[str, GoneReason] = field(default_factory=dict)

    def close(self, engine: MediaEngine) -> None:
        """Close them; a plane that does not answer is asked again for a minute, in a thread.

        The caller does not wait for that. A plane that has fallen knows none of them any more.
        """
        if (self.rooms or self.peers) and not self._closed(engine):
            Thread(target=self._close_later, args=(engine,), daemon=True).start()

    def _closed(self, engine: MediaEngine) -> bool:
        try:
            # People first: somebody's own reason says more than the room's.
            for peer, reason in self.peers.items():
                engine.leave(peer, reason)
            for room, reason in self.rooms.items():
                engine.close_room(room, reason)
        except MediaError:
            return False
        return True

    def _close_later(self, engine: MediaEngine) -> None:
        for pause in RETRY_AFTER_S:
            sleep(pause)
            if self._closed(engine):
                return
        log.warning("media.not_closed", rooms=list(self.rooms), peers=list(self.peers))


@contextmanager
def ending(session: Session, engine: MediaEngine) -> Iterator[Connections]:
    """Run a block as one write transaction, then close at the plane what it collected."""
    connections = Connections()
    with writing(session):
        yield connections
    connections.close(engine)


def hang_up(
    session: Session,
    engine: MediaEngine,
    participant: Participant,
    *,
    peer: str,
    now: datetime,
) -> None:
    """End somebody's part of the call, at their wish. Writes and commits.

    ``peer`` is the connection of the page that asks: one already replaced by another page of the
    same person ends nothing, nor does one from which an agent has put them out: they may be
    waiting again. Empty means their connection, whichever it is.
    """
    with ending(session, engine) as ended:
        is_replaced = participant.peer is not None and peer != participant.peer
        if not peer or (is_admitted(participant) and not is_replaced):
            _happens(session, participant, Event.HANG_UP, ended, now)
            _unlock_without_agents(session, participant.room)


def leave_visit(
    session: Session, engine: MediaEngine, participant: Participant, *, now: datetime
) -> None:
    """End the whole visit on this device, the connection test too. Writes and commits."""
    with ending(session, engine) as ended:
        _happens(session, participant, Event.LEAVE, ended, now)
        _end_echo(participant, ended)


def refuse(
    session: Session,
    participant: Participant,
    reason: Refusal,
    ended: Connections,
    *,
    now: datetime,
) -> None:
    """Do not let a citizen in, or put them out of the call, for a reason they will read.

    Inside :func:`ending`. Raises Conflict ``lobby.already_left``.
    """
    peer = presence.apply(session, participant, Event.REFUSE, now=now, refusal=reason)
    if peer:
        ended.peers[peer] = GoneReason.REFUSED


def remove(
    session: Session, participant: Participant, ended: Connections, *, now: datetime
) -> None:
    """Put somebody out of the call; they may knock again. Inside :func:`ending`."""
    _happens(session, participant, Event.REMOVE, ended, now)
    _end_echo(participant, ended)


def move_seat(
    session: Session, participant: Participant, ended: Connections, *, now: datetime
) -> None:
    """Let another browser hold this seat: what the former one has ends, its cookie is stale.

    Inside :func:`ending`.
    """
    participant.seat_moves += 1
    _happens(session, participant, Event.MOVE, ended, now)
    _end_echo(participant, ended)


def end_for_all(session: Session, room: Room, ended: Connections, *, now: datetime) -> None:
    """End the call of everybody who is in it or was let in; the room stays open, and unlocked.

    Inside :func:`ending`.
    """
    for one in store.participants(session, room.id):
        presence.apply(session, one, Event.END_CALL, now=now)
    room.locked_since = None
    ended.rooms[str(room.id)] = GoneReason.ENDED


def close_room(session: Session, room: Room, ended: Connections, *, now: datetime) -> None:
    """Show everybody out of a room that is cancelled, closed or moved away from now; unlock it.

    Connections made ahead and connection tests end too. Inside :func:`ending`.
    """
    for one in store.participants(session, room.id):
        presence.apply(session, one, Event.CLOSE_ROOM, now=now)
        _end_echo(one, ended)
    # It may open again, on another day: a lock is for one call.
    room.locked_since = None
    ended.rooms[str(room.id)] = GoneReason.ROOM_CLOSED


def show_citizens_out(session: Session, room: Room, ended: Connections, *, now: datetime) -> None:
    """Show out all who came in by credentials that were replaced; agents have none and stay.

    Inside :func:`ending`.
    """
    for one in store.participants(session, room.id):
        if one.seat != Seat.AGENT:
            _happens(session, one, Event.CLOSE_ROOM, ended, now)
            _end_echo(one, ended)


def end_calls_of_agent(
    session: Session, agent_id: int, ended: Connections, *, house_id: int | None, now: datetime
) -> None:
    """Put an agent out of every call of a house in which they no longer work; None: of all houses.

    The citizens of these calls stay where they are. Inside :func:`ending`.
    """
    for seat in store.seats_of_agent(session, agent_id, house_id=house_id):
        _happens(session, seat, Event.REMOVE, ended, now)
        _unlock_without_agents(session, seat.room)


def _happens(
    session: Session, participant: Participant, event: Event, ended: Connections, now: datetime
) -> None:
    peer = presence.apply(session, participant, event, now=now)
    if peer:
        ended.peers[peer] = _SAID[event]


def _unlock_without_agents(session: Session, room: Room) -> None:
    # A lock that nobody is there to open would keep the next citizen out.
    if not any(one.seat == Seat.AGENT for one in store.seated(session, room.id)):
        room.locked_since = None


def _end_echo(participant: Participant, ended: Connections) -> None:
    if participant.echo_peer:
        ended.peers[participant.echo_peer] = GoneReason.LEFT
    participant.echo_peer = None

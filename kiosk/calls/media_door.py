"""Participants and the media plane: who may have a connection, and which one is theirs.

The plane is always asked before the write lock is taken: it is another process, and one writer
waiting for it would hold up everybody. No HTTP and no packet here.
"""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime

from sqlalchemy.orm import Session

from kiosk.calls import lobby, store
from kiosk.calls.model import Participant, Presence, Room, RoomState
from kiosk.errors import Conflict, KioskError, MediaError, NotAllowed
from kiosk.media.engine import CallRole, MediaEngine, Offer
from kiosk.storage.database import writing


def open_call(
    session: Session,
    engine: MediaEngine,
    participant: Participant,
    *,
    former: str = "",
    ahead: bool = False,
    now: datetime,
) -> Offer:
    """Connect somebody who was let in to their room's call.

    ``former`` is the connection of the page that asks: when it is still theirs and alive it is
    offered another path, and the offer names the same peer. Else a former one is replaced. Made
    ``ahead``, it waits at the plane's door, and is not for somebody who is in the call elsewhere:
    it would take them out of it. The hour is not looked at: who is in keeps their call when it
    lasts longer than planned. Writes and commits. Raises NotAllowed ``lobby.not_admitted``,
    Conflict ``lobby.already_in_call``, KioskError ``gate.cancelled`` (410), or MediaError as
    :meth:`MediaEngine.join`.
    """
    _check_may_enter(participant)
    if ahead and participant.presence == Presence.IN_CALL:
        raise Conflict("lobby.already_in_call")
    if former and former == participant.peer and (offer := _another_path(engine, former)):
        return offer
    offer = engine.join(
        room=str(participant.room_id),
        participant=str(participant.id),
        role=CallRole(participant.seat),
        ahead=ahead,
    )
    try:
        with writing(session):
            _check_may_enter(participant)
            replaced = lobby.entering(session, participant, offer.peer, now=now)
    except BaseException:
        _end(engine, offer.peer)
        raise
    if replaced:
        _end(engine, replaced)
    return offer


def open_echo(session: Session, engine: MediaEngine, participant: Participant) -> Offer:
    """Connect somebody to themselves, to measure their network; needs no admission.

    Writes and commits. Raises MediaError as :meth:`MediaEngine.join`.
    """
    offer = engine.join(
        room=f"echo-{participant.id}",
        participant=str(participant.id),
        role=CallRole(participant.seat),
        echo=True,
    )
    try:
        with writing(session):
            replaced, participant.echo_peer = participant.echo_peer, offer.peer
    except BaseException:
        _end(engine, offer.peer)
        raise
    if replaced:
        _end(engine, replaced)
    return offer


def answer(
    session: Session,
    engine: MediaEngine,
    participant: Participant,
    peer: str,
    sdp: str,
    generation: int = 1,
) -> None:
    """Hand the browser's answer over, for a peer that was given to this participant.

    ``session`` is only read. Raises MediaError ``media.unknown_peer`` (404) for anybody else's
    peer or one that was replaced, and as :meth:`MediaEngine.answer`.
    """
    session.refresh(participant)
    if not peer or peer not in (participant.peer, participant.echo_peer):
        raise MediaError("media.unknown_peer", status=404)
    engine.answer(peer, sdp, generation)


def hang_up(
    session: Session,
    engine: MediaEngine,
    participant: Participant,
    *,
    peer: str = "",
    now: datetime,
) -> None:
    """End somebody's call at their wish.

    ``peer`` is the connection of the page that asks: one already replaced by another page of the
    same person ends nothing. Without it, whatever connection they have is meant. Writes and
    commits; a plane that does not answer keeps nobody in the call.
    """
    with writing(session):
        if peer and participant.peer and peer != participant.peer:
            ended = None
        else:
            ended = participant.peer
            lobby.leave(session, participant, now=now)
    if ended:
        _end(engine, ended)


def end_echo(session: Session, engine: MediaEngine, participant: Participant, peer: str) -> None:
    """End a connection test that was given to this participant, and nothing else: told late or
    twice, it finds somebody who may be waiting or let in by now. Writes and commits.
    """
    with writing(session):
        if not peer or peer != participant.echo_peer:
            return
        participant.echo_peer = None
    _end(engine, peer)


def shut_out(session: Session, engine: MediaEngine, *participants: Participant) -> None:
    """End the connections of those who were let in and then turned away. Writes and commits."""
    ended: list[str] = []
    with writing(session):
        for one in participants:
            if one.peer:
                ended.append(one.peer)
            one.peer = None
    for peer in ended:
        _end(engine, peer)


def clear_the_door(session: Session, engine: MediaEngine, room: Room) -> None:
    """Shut out whoever waits at the door of a room that was cancelled; a call that is going on is
    left to those who are in it. Writes and commits.
    """
    there = store.seated(session, room.id)
    shut_out(session, engine, *(one for one in there if one.presence != Presence.IN_CALL))


def _check_may_enter(participant: Participant) -> None:
    if participant.room.state == RoomState.CANCELLED:
        raise KioskError("gate.cancelled", status=410)
    if participant.presence not in lobby.MAY_ENTER:
        raise NotAllowed("lobby.not_admitted")


def _another_path(engine: MediaEngine, peer: str) -> Offer | None:
    try:
        return engine.restart(peer)
    except MediaError as error:
        if error.code == "media.unknown_peer":
            return None
        raise


def _end(engine: MediaEngine, peer: str) -> None:
    # A peer that cannot be ended now is ended by the plane itself when its browser falls silent.
    with suppress(MediaError):
        engine.leave(peer)

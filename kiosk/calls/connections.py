"""Connections of participants to the media plane: who may have one, and which one is theirs.

The plane is asked before the write lock is taken: it is another process, and one writer waiting
for it would hold up everybody (decision 0251). No HTTP and no packet here.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from kiosk.calls import store
from kiosk.calls.admission import check_may_enter, is_in_call
from kiosk.calls.ending import Connections
from kiosk.calls.model import Participant
from kiosk.errors import Conflict, MediaError
from kiosk.media.engine import CallRole, GoneReason, MediaEngine, Offer
from kiosk.storage.database import writing

ECHOES_PER_ROOM = 6
"""Connections to oneself at the same time in one room: everybody of an appointment, twice."""


def open_call(
    session: Session,
    engine: MediaEngine,
    participant: Participant,
    *,
    former: str = "",
    ahead: bool = False,
    now: datetime,
) -> Offer:
    """Connect somebody who was let in to their room's call. Writes and commits.

    ``former`` is the connection of the page that asks: when it is still theirs and alive, its ICE
    is restarted and the offer names the same peer. Otherwise it is replaced. ``ahead`` makes a
    prejoin connection, which is refused to somebody who is in the call on another page: it would
    take them out of it.

    Raises as :func:`kiosk.calls.admission.check_may_enter`, Conflict ``lobby.already_in_call``, or
    MediaError as :meth:`MediaEngine.join`.
    """
    check_may_enter(participant, now)
    if ahead and is_in_call(participant):
        raise Conflict("lobby.already_in_call")
    if former and former == participant.peer and (offer := _restarted(engine, former)):
        return offer
    offer = engine.join(
        room=str(participant.room_id),
        participant=str(participant.id),
        role=CallRole(participant.seat),
        ahead=ahead,
    )
    try:
        with writing(session):
            # Checked again: an agent may have refused them, or closed the room, meanwhile.
            replaced = note_peer(participant, offer.peer, now=now)
    except BaseException:
        _close(engine, offer.peer)
        raise
    _close(engine, replaced)
    return offer


def note_peer(participant: Participant, peer: str, *, now: datetime) -> str | None:
    """Write the connection of somebody who may enter; return the one it replaces, to be closed.

    Raises as :func:`kiosk.calls.admission.check_may_enter`.
    """
    check_may_enter(participant, now)
    replaced, participant.peer = participant.peer, peer
    participant.seen_at = now
    return replaced


def open_echo(session: Session, engine: MediaEngine, participant: Participant) -> Offer:
    """Connect somebody to themselves, to measure their network; needs no admission.

    Writes and commits. Raises MediaError as :meth:`MediaEngine.join`, and ``media.echo_busy`` when
    their room has its share of such connections.
    """
    _check_echo_share(session, engine, participant)
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
        _close(engine, offer.peer)
        raise
    _close(engine, replaced)
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

    ``session`` is only read. Raises MediaError ``media.unknown_peer`` (404) for another person's
    peer or one that was replaced, and as :meth:`MediaEngine.answer`.
    """
    session.refresh(participant)
    if not peer or peer not in (participant.peer, participant.echo_peer):
        raise MediaError("media.unknown_peer", status=404)
    engine.answer(peer, sdp, generation)


def end_echo(session: Session, engine: MediaEngine, participant: Participant, peer: str) -> None:
    """End a connection test that was given to this participant, and nothing else.

    A late or repeated request ends nothing: by then they may be waiting or in the call. Writes and
    commits.
    """
    with writing(session):
        if not peer or peer != participant.echo_peer:
            return
        participant.echo_peer = None
    _close(engine, peer)


def _check_echo_share(session: Session, engine: MediaEngine, participant: Participant) -> None:
    others = store.echo_peers(session, participant.room_id, but=participant.id)
    if len(others) < ECHOES_PER_ROOM:
        return
    # Some may have ended by themselves, which nobody writes down.
    alive = engine.peers()
    if sum(peer in alive for peer in others) >= ECHOES_PER_ROOM:
        raise MediaError("media.echo_busy", status=503)


def _restarted(engine: MediaEngine, peer: str) -> Offer | None:
    try:
        return engine.restart(peer)
    except MediaError as error:
        if error.code == "media.unknown_peer":
            return None
        raise


def _close(engine: MediaEngine, peer: str | None) -> None:
    if peer:
        Connections(peers={peer: GoneReason.LEFT}).close(engine)

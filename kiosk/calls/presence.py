"""What the media plane tells about participants: who is really in the call, who went away."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy.orm import Session

from kiosk.calls import lobby, store
from kiosk.calls.model import Presence

# A reloaded or closed page ends its media without a word; only hanging up says "left".
LOST = frozenset({"consent_expired", "failed", "closed", "lapsed"})

# The plane tells of it before the new peer is noted here: see media_door.open_call.
REPLACED = "replaced"


def connected(session: Session, peer: str, *, now: datetime) -> None:
    """Somebody's media flows: they are in the call. An unknown or replaced peer changes nothing."""
    participant = store.participant_by_peer(session, peer)
    if participant is None or participant.presence != Presence.ADMITTED:
        return
    participant.presence = Presence.IN_CALL
    participant.presence_since = now
    store.announce(session, participant.room)


def away(session: Session, peer: str, *, now: datetime) -> None:
    """Nothing comes from somebody any more: not in the call, but still in their seat."""
    participant = store.participant_by_peer(session, peer)
    if participant is not None and participant.presence == Presence.IN_CALL:
        participant.presence = Presence.ADMITTED
        participant.presence_since = now
        store.announce(session, participant.room)


def gone(session: Session, peer: str, reason: str, *, now: datetime) -> None:
    """Somebody's media ended.

    A lost connection keeps its seat (``admitted``), so the page may rejoin without knocking
    again; one that gave way to the same person's next connection changes nothing; anything else
    means the person left.
    """
    participant = store.participant_by_peer(session, peer)
    if participant is None or reason == REPLACED:
        return
    if reason in LOST and participant.presence in lobby.MAY_ENTER:
        participant.peer = None
        # One that waited at the door was never in the call: nothing has changed for anybody.
        if participant.presence == Presence.IN_CALL:
            participant.presence = Presence.ADMITTED
            participant.presence_since = now
            store.announce(session, participant.room)
    else:
        lobby.leave(session, participant, now=now)


def noted(session: Session) -> frozenset[str]:
    """Return the media peers written down."""
    return frozenset(str(one.peer) for one in store.participants_with_peer(session))


def reconcile(
    session: Session, before: frozenset[str], alive: Mapping[str, bool], *, now: datetime
) -> None:
    """Bring what is written in line with the plane, whose events may have been missed.

    ``alive`` is what the plane answered, and whether each is connected; ``before`` is :func:`noted`
    at a time before it was asked: a peer that came since is none of our business. Whoever's peer is
    gone keeps their seat and may come back.
    """
    for participant in store.participants_with_peer(session):
        peer = str(participant.peer)
        if peer in before and peer not in alive:
            gone(session, peer, "failed", now=now)
        elif alive.get(peer):
            connected(session, peer, now=now)

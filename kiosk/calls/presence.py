"""What the media plane tells about participants: who is really in the call, who went away."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from kiosk.calls import lobby, store
from kiosk.calls.model import Presence

# A reloaded or closed page ends its media without a word; only hanging up says "left".
LOST = frozenset({"consent_expired", "failed", "closed"})

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
        participant.presence = Presence.ADMITTED
        participant.presence_since = now
        store.announce(session, participant.room)
    else:
        lobby.leave(session, participant, now=now)


def all_gone(session: Session, *, now: datetime) -> None:
    """The media plane is a new one and knows nobody: whoever was in a call may come back."""
    for participant in store.participants_with_peer(session):
        gone(session, str(participant.peer), "failed", now=now)

"""What the media plane reports about participants: connected, away, gone."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy.orm import Session

from kiosk.calls import presence, store
from kiosk.calls.presence import Event
from kiosk.media.engine import GoneReason

LOST = frozenset(
    {GoneReason.CONSENT_EXPIRED, GoneReason.FAILED, GoneReason.CLOSED, GoneReason.LAPSED}
)
"""A page that is reloaded or closed ends its media without a word: only hanging up says "left"."""


def connected(session: Session, peer: str, *, now: datetime) -> None:
    """Note that somebody's media arrives; an unknown or replaced peer changes nothing."""
    participant = store.participant_by_peer(session, peer)
    if participant is not None:
        presence.apply(session, participant, Event.CONNECT, now=now)


def away(session: Session, peer: str, *, now: datetime) -> None:
    """Note that nothing comes from somebody any more; the plane still keeps their connection."""
    participant = store.participant_by_peer(session, peer)
    if participant is not None:
        presence.apply(session, participant, Event.AWAY, now=now)


def gone(session: Session, peer: str, reason: str, *, now: datetime) -> None:
    """Note that somebody's connection ended.

    After a lost connection they stay admitted, so that the page may come back without knocking.
    One replaced by the same person's next connection changes nothing: the plane reports it before
    the new peer is written (see :func:`kiosk.calls.connections.open_call`). After any other
    reason they have left.
    """
    participant = store.participant_by_peer(session, peer)
    if participant is None or reason == GoneReason.REPLACED:
        return
    event = Event.LOST if reason in LOST else Event.HANG_UP
    presence.apply(session, participant, event, now=now)


def noted(session: Session) -> frozenset[str]:
    """Return the media peers written in the database."""
    return frozenset(str(one.peer) for one in store.participants_with_peer(session))


def reconcile(
    session: Session, before: frozenset[str], alive: Mapping[str, bool], *, now: datetime
) -> None:
    """Bring the database in line with the plane, some of whose events may have been missed.

    ``alive`` is the plane's answer: its peers, and whether each is connected. ``before`` is
    :func:`noted` from before the plane was asked: a peer that came since is left alone. A
    participant whose peer has ended stays admitted and may come back.
    """
    for participant in store.participants_with_peer(session):
        peer = str(participant.peer)
        if peer in before and peer not in alive:
            gone(session, peer, GoneReason.FAILED, now=now)
        elif alive.get(peer):
            connected(session, peer, now=now)

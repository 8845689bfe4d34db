"""Queries about rooms, participants and wrong tries of credentials."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from kiosk.calls.model import GateTries, Participant, Presence, Purpose, Room, RoomState, Seat
from kiosk.errors import NotFound
from kiosk.storage import revisions


def room(session: Session, room_id: int) -> Room:
    """Return the room; raise NotFound."""
    found = session.get(Room, room_id)
    if found is None:
        raise NotFound("room.not_found")
    return found


def room_by_digest(session: Session, *, link: str = "", code: str = "") -> Room | None:
    """Return the room whose link or code has this keyed digest."""
    condition = Room.link_digest == link if link else Room.code_digest == code
    return session.scalar(select(Room).where(condition))


def open_meetings(session: Session, house_id: int, *, now: datetime) -> Sequence[Room]:
    """Return the named meetings of a house that can be entered now, oldest first."""
    return session.scalars(
        select(Room)
        .where(
            Room.house_id == house_id,
            Room.purpose == Purpose.MEETING,
            Room.state == RoomState.OPEN,
            Room.opens_at <= now,
            Room.closes_at > now,
        )
        .order_by(Room.id)
    ).all()


def rooms_often_guessed(
    session: Session, house_id: int, *, at_least: int, now: datetime
) -> Sequence[Room]:
    """Return the rooms of a house, not over yet, with so many wrong passwords; next one first."""
    return session.scalars(
        select(Room)
        .where(
            Room.house_id == house_id,
            Room.wrong_passwords >= at_least,
            Room.state == RoomState.OPEN,
            Room.closes_at > now,
        )
        .order_by(Room.opens_at, Room.id)
    ).all()


def participant(session: Session, participant_id: int) -> Participant:
    """Return the participant; raise NotFound."""
    found = session.get(Participant, participant_id)
    if found is None:
        raise NotFound("participant.not_found")
    return found


def participant_by_peer(session: Session, peer: str) -> Participant | None:
    """Return who now uses this media peer."""
    return session.scalar(select(Participant).where(Participant.peer == peer))


def participants_with_peer(session: Session) -> Sequence[Participant]:
    """Return everyone who has a media peer."""
    return session.scalars(select(Participant).where(Participant.peer.is_not(None))).all()


def echo_peers(session: Session, room_id: int, *, but: int) -> Sequence[str]:
    """Return the echo connections written for the room's participants, except one's own."""
    found = session.scalars(
        select(Participant.echo_peer).where(Participant.room_id == room_id, Participant.id != but)
    )
    return [peer for peer in found if peer]


def citizen_of_room(session: Session, room: Room) -> Participant | None:
    """Return the citizen who came last by the room's present credentials and has not left."""
    return session.scalar(
        select(Participant)
        .where(
            Participant.room_id == room.id,
            Participant.seat == Seat.CITIZEN,
            Participant.generation == room.generation,
            Participant.presence.not_in((Presence.LEFT, Presence.REMOVED)),
        )
        .order_by(Participant.id.desc())
        .limit(1)
    )


def agent_seat(session: Session, room_id: int, agent_id: int) -> Participant | None:
    """Return the agent's own seat in the room, when there is one."""
    return session.scalar(
        select(Participant).where(Participant.room_id == room_id, Participant.agent_id == agent_id)
    )


def seats_of_agent(
    session: Session, agent_id: int, *, house_id: int | None
) -> Sequence[Participant]:
    """Return every seat this agent has taken in the rooms of a house, or of all houses."""
    query = select(Participant).join(Participant.room).where(Participant.agent_id == agent_id)
    if house_id is not None:
        query = query.where(Room.house_id == house_id)
    return session.scalars(query).all()


def participants(session: Session, room_id: int) -> Sequence[Participant]:
    """Return everybody who ever came to this room, first come first."""
    return session.scalars(
        select(Participant)
        .where(Participant.room_id == room_id)
        .order_by(Participant.arrived_at, Participant.id)
    ).all()


def seated(session: Session, room_id: int) -> Sequence[Participant]:
    """Return everybody who is let in to the room's call now, connected or not."""
    return session.scalars(
        select(Participant)
        .where(
            Participant.room_id == room_id,
            Participant.presence.in_((Presence.ADMITTED, Presence.IN_CALL)),
        )
        .order_by(Participant.arrived_at, Participant.id)
    ).all()


def tries(
    session: Session, digests: Iterable[str], *, for_update: bool = False
) -> Sequence[GateTries]:
    """Return those of these counts of wrong codes that exist, always in the same order."""
    query = select(GateTries).where(GateTries.digest.in_(list(digests))).order_by(GateTries.digest)
    if for_update:
        query = query.with_for_update().execution_options(populate_existing=True)
    return session.scalars(query).all()


def locked(session: Session, now: datetime) -> Sequence[GateTries]:
    """Return the browsers, codes and addresses that are locked out now, latest first."""
    return session.scalars(
        select(GateTries)
        .where(GateTries.locked, GateTries.closed_until > now)
        .order_by(GateTries.last_failure_at.desc())
    ).all()


def announce(session: Session, room: Room) -> None:
    """Tell everyone who watches this room, or its house, that something changed."""
    revisions.bump(session, room_topic(room.id))
    revisions.bump(session, house_topic(room.house_id))


def room_topic(room_id: int) -> str:
    """Name the topic of a room."""
    return f"room:{room_id}"


def house_topic(house_id: int) -> str:
    """Name the topic of a house."""
    return f"house:{house_id}"

"""Who takes part in a call: citizens who arrive, agents who take their seat, and their names."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from kiosk.calls import admission, presence, store
from kiosk.calls.model import CameBy, Participant, Purpose, Room, Seat
from kiosk.calls.presence import Event
from kiosk.language.typed import cut, visible_name

MAX_NAME = 80


def arrive(
    session: Session,
    room: Room,
    *,
    language: str,
    now: datetime,
    came_by: CameBy = CameBy.UNKNOWN,
    seat: Seat = Seat.CITIZEN,
) -> Participant:
    """Add a citizen, or a companion, who may enter the room; return them flushed, on the path."""
    return presence.begin(session, room, seat, now=now, language=language, came_by=came_by)


def return_to_path(session: Session, participant: Participant, *, now: datetime) -> None:
    """Take back somebody who left, was refused or removed; harmless for anybody else."""
    presence.apply(session, participant, Event.RETURN, now=now)


def seat_holder(session: Session, room: Room) -> Participant | None:
    """Return the citizen who is on the way to this room or in its call; None when there is none.

    One link has one seat; a meeting has as many as people come.
    """
    if room.purpose == Purpose.MEETING:
        return None
    return store.citizen_of_room(session, room)


def take_seat(
    session: Session, room: Room, *, agent_id: int, name: str, now: datetime
) -> Participant:
    """Return the agent's seat in the room, made at their first call; agents need no admission.

    Raises KioskError as :func:`kiosk.calls.admission.check_open`.
    """
    seat = store.agent_seat(session, room.id, agent_id)
    if seat is None or not admission.is_admitted(seat):
        admission.check_open(session, room, now=now)
    if seat is None:
        return presence.begin(
            session,
            room,
            Seat.AGENT,
            now=now,
            agent_id=agent_id,
            name=name,
            came_by=CameBy.HOUSE,
        )
    presence.apply(session, seat, Event.TAKE_SEAT, now=now)
    return seat


def introduce(session: Session, participant: Participant, name: str) -> None:
    """Keep the name the person wants to be shown; one that shows nothing is none."""
    participant.name = cut(visible_name(name), MAX_NAME)
    store.announce(session, participant.room)


def expected_name(participant: Participant, citizen_name: str) -> str:
    """Return the appointment's name for who came by its personal link; for others nothing.

    Anybody with the card may type its code: a stranger is never shown under the citizen's name.
    """
    came_by_link = participant.came_by == CameBy.LINK and participant.seat == Seat.CITIZEN
    return citizen_name if came_by_link else ""


def names_in_call(
    session: Session, room: Room, *, citizen_name: str = "", unnamed: str
) -> dict[str, str]:
    """Return the names to show in a call, by participant id.

    ``citizen_name`` is whom the appointment expects; ``unnamed`` stands for somebody of whom
    nobody knows the name.
    """
    return {
        str(one.id): one.name or expected_name(one, citizen_name) or unnamed
        for one in store.seated(session, room.id)
    }

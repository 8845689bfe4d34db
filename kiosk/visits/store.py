"""Queries about visits and their check results."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, Select, String, cast, delete, func, or_, select, update
from sqlalchemy.orm import Session, joinedload

from kiosk.calls.model import Participant, Presence, Room
from kiosk.visits import steps
from kiosk.visits.model import CheckResult, Visit

GONE = (Presence.LEFT, Presence.REMOVED)
"""Presences of people who are on the way no more."""


def by_id(session: Session, visit_id: int) -> Visit | None:
    """Return the visit with this number."""
    return session.get(Visit, visit_id)


def of_participant(session: Session, participant_id: int) -> Visit | None:
    """Return the visit of this participant."""
    return session.scalar(select(Visit).where(Visit.participant_id == participant_id))


def on_device(session: Session, device_id: int) -> Visit | None:
    """Return the visit that was opened last on this enrolled kiosk and not yet taken off it."""
    return session.scalar(select(Visit).where(Visit.open_on_device == device_id))


def present_in_room(session: Session, room_id: int, *, now: datetime) -> Sequence[Visit]:
    """Return the visits of a room whose people have not left, while it is open or in use."""
    return session.scalars(_present(now).where(Room.id == room_id)).all()


def present_in_house(
    session: Session, house_id: int, *, now: datetime, opens_before: datetime
) -> Sequence[Visit]:
    """Return the visits of a house's rooms as :func:`present_in_room`, in one query.

    ``opens_before`` leaves out rooms that were moved to a later day.
    """
    return session.scalars(
        _present(now).where(Room.house_id == house_id, Room.opens_at < opens_before)
    ).all()


def newest_results(session: Session, visit_ids: Iterable[int]) -> Sequence[CheckResult]:
    """Return the newest result of each check of these visits, oldest first, in one query."""
    newest = (
        select(func.max(CheckResult.id))
        .where(CheckResult.visit_id.in_(list(visit_ids)))
        .group_by(CheckResult.visit_id, CheckResult.check)
    )
    return session.scalars(
        select(CheckResult).where(CheckResult.id.in_(newest)).order_by(CheckResult.id)
    ).all()


def history(session: Session, visit_id: int) -> Sequence[CheckResult]:
    """Return every result of a visit's checks, oldest first."""
    return session.scalars(
        select(CheckResult).where(CheckResult.visit_id == visit_id).order_by(CheckResult.id)
    ).all()


def forget(session: Session, rooms: Select[int]) -> None:
    """Erase all that visits hold of the people of these rooms.

    A visit that was erased stands at the first step, on no device, with nothing found.
    """
    visits = ids_in(rooms)
    session.execute(delete(CheckResult).where(CheckResult.visit_id.in_(visits)))
    something_left = or_(
        Visit.step != steps.FIRST.id,
        cast(Visit.device, String) != "{}",
        Visit.open_on_device.is_not(None),
        Visit.stuck_since.is_not(None),
        Visit.stuck_reason.is_not(None),
    )
    session.execute(
        update(Visit)
        .where(Visit.id.in_(visits), something_left)
        .values(
            step=steps.FIRST.id,
            device={},
            open_on_device=None,
            stuck_since=None,
            stuck_reason=None,
        )
    )


def ids_in(rooms: Select[int]) -> Select[int]:
    """Select the ids of the visits in these rooms, for use in a statement."""
    participants = select(Participant.id).where(Participant.room_id.in_(rooms))
    return select(Visit.id).where(Visit.participant_id.in_(participants))


def _present(now: datetime) -> Select[Visit]:
    return (
        select(Visit)
        .join(Visit.participant)
        .join(Participant.room)
        .where(Participant.presence.not_in(GONE), _open_or_in_use(now))
        .options(joinedload(Visit.participant).joinedload(Participant.room))
        .order_by(Visit.id)
    )


def _open_or_in_use(now: datetime) -> ColumnElement[bool]:
    # A call that lasts longer than the room is open is still a call.
    in_call = select(Participant.room_id).where(Participant.presence == Presence.IN_CALL)
    return (Room.closes_at > now) | Room.id.in_(in_call)

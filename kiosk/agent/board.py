"""What the live board shows: people who need something now, then the appointments of the day.

Reads only. Who stands where is decided by calls and assist; here it is put in the order in which
an agent should look at it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from kiosk.appointments import store as appointments
from kiosk.appointments.invitations import SUBJECT_TYPE
from kiosk.appointments.model import Appointment, Status
from kiosk.assist import store as assist
from kiosk.assist.model import Author, Visit
from kiosk.calls.model import Presence
from kiosk.houses.model import House
from kiosk.notifications import kinds, queue
from kiosk.notifications.model import QueuedMessage
from kiosk.notifications.model import Status as MessageStatus

SILENT_AFTER = timedelta(seconds=45)
"""A citizen's page says every quarter of a minute that it is open; three misses: it is not."""

ROOMS_OPEN_AROUND = timedelta(hours=4)
"""A room outlives midnight: appointments this near to the day are looked at too."""


class Group(StrEnum):
    """What a person on the board needs, most urgent first."""

    STUCK = "stuck"
    WAITING = "waiting"
    ON_PATH = "on_path"
    REFUSED = "refused"
    IN_CALL = "in_call"


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody on the way to an appointment, or in the call."""

    visit: Visit
    appointment: Appointment
    group: Group
    since: datetime
    silent: bool
    """Their page is closed or asleep: nothing was heard of it for :data:`SILENT_AFTER`."""

    @property
    def name(self) -> str:
        """The name they gave on the path, else the one the agent wrote."""
        return self.visit.participant.name or self.appointment.citizen_name

    @property
    def in_call(self) -> bool:
        """Whether their picture and voice arrive; else they were let in and are on the way."""
        return self.visit.participant.presence == Presence.IN_CALL

    @property
    def unanswered(self) -> int:
        """How many of their messages came after the agent's last one."""
        count = 0
        for message in reversed(self.visit.messages):
            if message.author == Author.AGENT:
                break
            count += 1
        return count

    @property
    def alarm(self) -> str:
        """Name what rings: it changes when the same person needs something anew."""
        return f"{self.visit.id}:{self.group}:{self.since:%Y%m%d%H%M%S}"


@dataclass(frozen=True, slots=True)
class Row:
    """An appointment in the day's list."""

    appointment: Appointment
    messages: Sequence[QueuedMessage]
    under_way: bool

    @property
    def failed(self) -> QueuedMessage | None:
        """The message that did not leave, if any: the citizen may not have the link."""
        lost = (MessageStatus.FAILED, MessageStatus.EXPIRED)
        return next((one for one in self.messages if one.status in lost), None)

    @property
    def link_message(self) -> QueuedMessage | None:
        """The latest message with the link, unless it was withdrawn."""
        kept = [
            one
            for one in self.messages
            if kinds.opens_the_room(one.kind) and one.status != MessageStatus.CANCELLED
        ]
        return kept[-1] if kept else None


def people_of_house(session: Session, house: House, *, now: datetime) -> list[Person]:
    """Return everybody who is on the way to this house or in its calls, in order of need."""
    start, end = _day_of(house, now.astimezone(ZoneInfo(house.time_zone)).date())
    nearby = appointments.between(
        session,
        house_id=house.id,
        start=start - ROOMS_OPEN_AROUND,
        end=end + ROOMS_OPEN_AROUND,
    )
    return people_of(session, nearby, now=now)


def people_of(session: Session, nearby: Sequence[Appointment], *, now: datetime) -> list[Person]:
    """Return everybody who is on the way to these appointments, in order of need."""
    by_room = {one.room_id: one for one in nearby if now < one.room.closes_at or _busy(one)}
    found = [
        _person(visit, by_room[visit.participant.room_id], now)
        for visit in assist.in_rooms(session, by_room)
    ]
    order = list(Group)
    return sorted(found, key=lambda one: (order.index(one.group), one.silent, one.since))


def appointments_of_day(session: Session, house: House, day: date, *, now: datetime) -> list[Row]:
    """Return the appointments of one day of the house, in order of hour."""
    start, end = _day_of(house, day)
    found = appointments.between(session, house_id=house.id, start=start, end=end)
    messages = queue.about_each(session, SUBJECT_TYPE, [one.id for one in found])
    return [
        Row(
            appointment=one,
            messages=messages.get(one.id, []),
            under_way=one.status == Status.BOOKED and one.starts_at <= now < one.ends_at,
        )
        for one in found
    ]


def _day_of(house: House, day: date) -> tuple[datetime, datetime]:
    zone = ZoneInfo(house.time_zone)
    tomorrow = day + timedelta(days=1)
    return datetime.combine(day, time(), zone), datetime.combine(tomorrow, time(), zone)


def _busy(appointment: Appointment) -> bool:
    # A call that lasts longer than the room is open is still a call.
    return any(one.presence == Presence.IN_CALL for one in appointment.room.participants)


def _person(visit: Visit, appointment: Appointment, now: datetime) -> Person:
    participant = visit.participant
    group = {
        Presence.WAITING: Group.WAITING,
        Presence.REFUSED: Group.REFUSED,
        Presence.ADMITTED: Group.IN_CALL,
        Presence.IN_CALL: Group.IN_CALL,
    }.get(participant.presence, Group.ON_PATH)
    since = participant.presence_since
    if visit.stuck_since is not None and group != Group.IN_CALL:
        group, since = Group.STUCK, visit.stuck_since
    silent = group != Group.IN_CALL and now - participant.seen_at > SILENT_AFTER
    return Person(visit, appointment, group, since, silent)

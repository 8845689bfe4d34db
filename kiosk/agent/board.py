"""What the live board shows: people who need something now, then the appointments of the day.

Reads only. Visits and calls decide where each person stands; here they are put in the order in
which an agent should look at them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from kiosk.agent import words
from kiosk.appointments import store as appointments
from kiosk.appointments.invitations import SUBJECT_TYPE
from kiosk.appointments.model import Appointment, Status
from kiosk.assist import store as assist
from kiosk.assist.model import Author, HelpMessage
from kiosk.calls import participants
from kiosk.calls import store as calls
from kiosk.calls.admission import is_unreachable
from kiosk.calls.gate import WRONG_PASSWORDS_A_ROOM_BEARS
from kiosk.calls.model import CameBy, Presence, Room, Seat
from kiosk.houses.model import House
from kiosk.notifications import kinds, queue
from kiosk.notifications.model import QueuedMessage
from kiosk.notifications.model import Status as MessageStatus
from kiosk.visits import results
from kiosk.visits import store as visits
from kiosk.visits.model import Visit
from kiosk.visits.results import Results

SILENT_AFTER = timedelta(seconds=45)
"""A citizen's page reports every 15 s that it is open; after three missing reports it is not."""

ROOMS_OPEN_AROUND = timedelta(hours=4)
"""Rooms that open up to so long after midnight still belong to the day."""


class Group(StrEnum):
    """What a person on the board needs, most urgent first."""

    STUCK = "stuck"
    WAITING = "waiting"
    ON_PATH = "on_path"
    REFUSED = "refused"
    IN_CALL = "in_call"
    UNREACHABLE = "unreachable"
    """Their page has answered nothing for minutes: they may be let in, but nobody would come."""


GROUPS = {
    Presence.WAITING: Group.WAITING,
    Presence.REFUSED: Group.REFUSED,
    Presence.ADMITTED: Group.IN_CALL,
    Presence.IN_CALL: Group.IN_CALL,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Somebody on the way in, or in the call; with or without an appointment."""

    visit: Visit
    appointment: Appointment | None
    checks: Results
    messages: Sequence[HelpMessage]
    silent_since: datetime
    """A page that was last heard of before this instant is closed or asleep."""
    unreachable: bool
    """Whether it has answered nothing for minutes."""

    @property
    def group(self) -> Group:
        """What they need."""
        group = GROUPS.get(self.visit.participant.presence, Group.ON_PATH)
        is_stuck = self.visit.stuck_since is not None and group != Group.IN_CALL
        if is_stuck:
            # Who asked for help and then closed the page is to be telephoned first.
            return Group.STUCK
        return Group.UNREACHABLE if self.unreachable else group

    @property
    def since(self) -> datetime:
        """Since when they need it."""
        stuck_since = self.visit.stuck_since
        if self.group == Group.STUCK and stuck_since is not None:
            return stuck_since
        if self.unreachable:
            return self.visit.participant.seen_at
        return self.visit.participant.presence_since

    @property
    def silent(self) -> bool:
        """Whether their page is closed or asleep; in a call the media tell, not the page."""
        # A page seen in the future was last heard of before the clock was set back.
        ago = self.visit.participant.seen_at - self.silent_since
        is_heard = timedelta(0) <= ago <= 2 * SILENT_AFTER
        return self.group != Group.IN_CALL and not is_heard

    @property
    def room(self) -> Room:
        """The room they are on the way to."""
        return self.visit.participant.room

    @property
    def name(self) -> str:
        """The name they gave, else the one the agent wrote, else words for somebody unnamed.

        The agent's is only for who came by the link that was sent to that person.
        """
        participant = self.visit.participant
        citizen_name = self.appointment.citizen_name if self.appointment else ""
        expected = participants.expected_name(participant, citizen_name)
        return participant.name or expected or str(words.UNNAMED)

    @property
    def is_companion(self) -> bool:
        """Whether they said that they are another person than the one who opened the link."""
        return self.visit.participant.seat == Seat.COMPANION

    @property
    def came_by_code(self) -> bool:
        """Whether they typed the code: anybody may hold the card it is printed on."""
        return self.visit.participant.came_by == CameBy.CODE

    @property
    def in_call(self) -> bool:
        """Whether their picture and voice arrive; else they were let in and are on the way."""
        return self.visit.participant.presence == Presence.IN_CALL

    @property
    def unanswered(self) -> int:
        """How many of their messages came after the agent's last one."""
        count = 0
        for message in reversed(self.messages):
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
    """Return everybody who is on the way to this house or in its calls, in order of need.

    With or without an appointment. The number of queries does not grow with the people.
    """
    _start, end = _day_of(house, now.astimezone(ZoneInfo(house.time_zone)).date())
    return _people(
        session,
        visits.present_in_house(session, house.id, now=now, opens_before=end + ROOMS_OPEN_AROUND),
        now,
    )


def people_of_room(session: Session, room_id: int, *, now: datetime) -> list[Person]:
    """Return everybody who is on the way to one room or in its call, in order of need."""
    return _people(session, visits.present_in_room(session, room_id, now=now), now)


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


@dataclass(frozen=True, slots=True)
class BlockedCode:
    """A room whose code opens nothing any more, and its appointment if there is one."""

    room: Room
    appointment: Appointment | None


def blocked_codes(session: Session, house: House, *, now: datetime) -> list[BlockedCode]:
    """Return the rooms of a house, not over yet, whose code was guessed at too often."""
    bound = WRONG_PASSWORDS_A_ROOM_BEARS
    rooms = calls.rooms_often_guessed(session, house.id, at_least=bound, now=now)
    by_room = appointments.of_rooms(session, [room.id for room in rooms])
    return [BlockedCode(room, by_room.get(room.id)) for room in rooms]


def _day_of(house: House, day: date) -> tuple[datetime, datetime]:
    """Return the instants between which it is this day where the house is, in UTC."""
    zone = ZoneInfo(house.time_zone)
    start, end = (
        datetime.combine(each, time(), zone).astimezone(UTC)
        for each in (day, day + timedelta(days=1))
    )
    return start, end


def _people(session: Session, found: Sequence[Visit], now: datetime) -> list[Person]:
    ids = [visit.id for visit in found]
    by_room = appointments.of_rooms(session, [visit.participant.room_id for visit in found])
    checks = results.current_of_each(session, ids)
    written = assist.conversations(session, ids)
    people = [
        Person(
            visit=visit,
            appointment=by_room.get(visit.participant.room_id),
            checks=checks[visit.id],
            messages=written[visit.id],
            silent_since=now - SILENT_AFTER,
            unreachable=is_unreachable(visit.participant, now),
        )
        for visit in found
    ]
    order = list(Group)
    return sorted(people, key=lambda one: (order.index(one.group), one.silent, one.since))

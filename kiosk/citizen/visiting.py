"""Find the visit of a request: the browser's signed cookie holds the participant's number.

Entering a room, coming back to it, and the house whose name and telephone the page shows.
"""

from __future__ import annotations

import secrets
from enum import StrEnum

from flask import session as cookie

from kiosk import clock
from kiosk import request as parts
from kiosk.appointments import store as appointments
from kiosk.appointments.model import Appointment
from kiosk.assist import helping
from kiosk.calls import admission, ending, participants
from kiosk.calls.model import CameBy, Participant, Presence, Room, Seat
from kiosk.citizen import screens
from kiosk.citizen.screens import Screen
from kiosk.errors import KioskError, NotAllowed
from kiosk.houses import store as houses
from kiosk.messaging.contacts import display_phone
from kiosk.storage.database import writing
from kiosk.visits import finding, progress
from kiosk.visits.model import Visit
from kiosk.visits.steps import Step
from kiosk.web import i18n
from kiosk.web.house_card import HouseCard, show_house

PARTICIPANT = "participant"
MOVES = "moves"
"""The seat's number of moves when this browser took it."""
BROWSER = "browser"
BROWSER_BYTES = 9
"""72 random bits: enough that no two browsers share a name."""


class Who(StrEnum):
    """What somebody says who opens a link that is in use in another browser."""

    SAME = "same"
    """The same person: they go on here, and no longer there."""
    OTHER = "other"
    """Another person: they come along as a companion."""
    UNSAID = ""


def enter(room: Room, came_by: CameBy, who: Who = Who.UNSAID) -> Screen | None:
    """Begin a visit of this room, or take this browser back to the one it has there.

    Returns the screen to show: the first one, or that of the step they had reached. None when
    another browser holds the seat and answers: the person is asked first who they are.
    """
    now, session = clock.now(), parts.session()
    appointment = appointments.of_room(session, room.id)
    if appointment is not None:
        i18n.prefer(appointment.language)
    visit, holder = current(), participants.seat_holder(session, room)
    if visit is not None and _is_back(visit, room, holder):
        with writing(session):
            progress.come_back(session, visit, now=now)
        return screens.of(progress.place_of(visit))
    if holder is None or who == Who.OTHER:
        seat = Seat.CITIZEN if holder is None else Seat.COMPANION
        return _begin(room, came_by, seat)
    if who == Who.UNSAID and not admission.is_unreachable(holder, now):
        return None
    return _take_over(holder, came_by)


def _is_back(visit: Visit, room: Room, holder: Participant | None) -> bool:
    """Tell whether this browser goes on with its visit of the room: nobody sits there instead."""
    mine = visit.participant
    has_left = mine.presence in (Presence.LEFT, Presence.REMOVED)
    return mine.room_id == room.id and (not has_left or holder is None)


def _begin(room: Room, came_by: CameBy, seat: Seat) -> Screen:
    language = i18n.current_language().code
    with writing(parts.session()) as session:
        visit = progress.enter(
            session, room, language=language, now=clock.now(), came_by=came_by, seat=seat
        )
    return _hold(visit)


def _take_over(holder: Participant, came_by: CameBy) -> Screen:
    visit = finding.of_participant(parts.session(), holder.id)
    helping.move_here(parts.session(), parts.media(), visit, came_by, now=clock.now())
    return _hold(visit)


def _hold(visit: Visit) -> Screen:
    cookie[PARTICIPANT] = visit.participant_id
    cookie[MOVES] = visit.participant.seat_moves
    return screens.of_id(visit.step)


def current() -> Visit | None:
    """Return this browser's visit, if it has one; the page then shows its house."""
    participant_id, moves = cookie.get(PARTICIPANT), cookie.get(MOVES, 0)
    if not isinstance(participant_id, int):
        return None
    visit = finding.of_browser(parts.session(), participant_id, moves=moves)
    if visit is not None:
        speak_for(visit.participant.room)
    return visit


def browser_name() -> str:
    """Return the random name by which this browser's wrong codes are counted, made at first use."""
    if BROWSER not in cookie:
        cookie[BROWSER] = secrets.token_urlsafe(BROWSER_BYTES)
    return str(cookie[BROWSER])


def forget() -> None:
    """Forget this browser's visit: the next person on this device finds the home page.

    A person who is still waiting or in the call leaves it. Safe without a visit.
    """
    visit = current()
    if visit is not None:
        ending.leave_visit(parts.session(), parts.media(), visit.participant, now=clock.now())
    cookie.pop(PARTICIPANT, None)
    cookie.pop(MOVES, None)
    # The next person on this device does not pay for this one's wrong codes.
    cookie.pop(BROWSER, None)


def required() -> Visit:
    """Return this browser's visit, as long as its room is open for this person.

    A visit whose room is over neither reads nor writes (decision 0323). Raises NotAllowed
    ``path.no_visit``, or KioskError as :func:`kiosk.calls.admission.check_still_valid`.
    """
    visit = required_to_leave()
    admission.check_still_valid(visit.participant, clock.now())
    return visit


def required_to_leave() -> Visit:
    """Return this browser's visit, also once its room is over: everybody may leave.

    Raises NotAllowed ``path.no_visit``, or KioskError as :func:`say_where_it_went`.
    """
    visit = current()
    if visit is None:
        say_where_it_went()
        raise NotAllowed("path.no_visit")
    return visit


def say_where_it_went() -> None:
    """Raise when this browser had a visit that it cannot show any more.

    KioskError ``gate.renewed`` once the credentials were replaced, ``path.moved`` once another
    browser holds the seat; both 410.
    """
    participant_id = cookie.get(PARTICIPANT)
    if not isinstance(participant_id, int):
        return
    lost = finding.lost_by_browser(parts.session(), participant_id)
    if lost is not None:
        speak_for(lost.participant.room)
        admission.check_still_valid(lost.participant, clock.now())
        raise KioskError("path.moved", status=410)


def appointment_of(visit: Visit) -> Appointment | None:
    """Return the appointment this visit is for; None for a visit without one."""
    return appointments.of_room(parts.session(), visit.participant.room_id)


def known_name(visit: Visit) -> str:
    """Return the name this person gave, else the one the appointment expects of them, if any."""
    appointment = appointment_of(visit)
    citizen_name = appointment.citizen_name if appointment else ""
    return visit.participant.name or participants.expected_name(visit.participant, citizen_name)


def speak_for(room: Room) -> None:
    """Show the room's house, its telephone and its hours on this request's page."""
    house = houses.house(parts.session(), room.house_id)
    show_house(
        HouseCard(name=house.name, phone=display_phone(house.phone), time_zone=house.time_zone)
    )


def refuse_once_closed(participant: Participant) -> None:
    """Raise as :func:`kiosk.calls.admission.check_still_valid`: the room is over for this person.

    Somebody who was let in keeps their call when it lasts longer than planned.
    """
    admission.check_still_valid(participant, clock.now())


def reach(visit: Visit, step: Step) -> None:
    """Note the step somebody is on, and the language of the page; write only what changed."""
    language, now = i18n.current_language().code, clock.now()
    if progress.has_reached(visit, step.id, language=language, now=now):
        return
    with writing(parts.session()) as session:
        progress.reach(session, visit, step.id, language=language, now=now)

"""Whose visit a request belongs to: the browser's cookie holds the participant, nothing else does.

Entering a room, coming back to it, and the house the page then speaks for.
"""

from __future__ import annotations

from flask import session as cookie

from kiosk import clock
from kiosk import request as parts
from kiosk.appointments import store as appointments
from kiosk.appointments.model import Appointment
from kiosk.assist import store as assist
from kiosk.assist import visits
from kiosk.assist.model import Visit
from kiosk.calls import gate, lobby, media_door
from kiosk.calls import store as calls
from kiosk.calls.model import Participant, Presence, Room
from kiosk.citizen import steps
from kiosk.errors import KioskError, NotAllowed
from kiosk.houses import store as houses
from kiosk.messaging.contacts import display_phone
from kiosk.storage.database import writing
from kiosk.web import i18n
from kiosk.web.house_card import HouseCard, show_house

PARTICIPANT = "participant"


def enter(room: Room) -> steps.Step:
    """Seat whoever passed the gate, or take them back if this browser is in the room already.

    Returns the step to show: the first one, or the one they had reached.
    """
    now = clock.now()
    session = parts.session()
    appointment = appointments.of_room(session, room.id)
    if appointment is not None:
        i18n.prefer(appointment.language)
    before = current()
    if before is not None and before.participant.room_id == room.id:
        with writing(session):
            lobby.return_to_path(session, before.participant, now=now)
        return _place_of(before)
    with writing(session):
        participant = lobby.arrive(session, room, language=i18n.current_language().code, now=now)
        visits.begin(session, participant, step=steps.FIRST.id, now=now)
    cookie[PARTICIPANT] = participant.id
    return steps.FIRST


def current() -> Visit | None:
    """Return this browser's visit, if it has one; the page then speaks for its house."""
    participant_id = cookie.get(PARTICIPANT)
    if not isinstance(participant_id, int):
        return None
    visit = assist.of_participant(parts.session(), participant_id)
    if visit is not None:
        speak_for(visit.participant.room)
    return visit


def forget() -> None:
    """Forget this browser's visit: whoever uses the device next finds the front door.

    A person who is still waiting or in the call leaves it. Safe without a visit.
    """
    visit = current()
    if visit is not None:
        media_door.hang_up(parts.session(), parts.media(), visit.participant, now=clock.now())
    cookie.pop(PARTICIPANT, None)


def required() -> Visit:
    """Return this browser's visit; raise NotAllowed ``path.no_visit``."""
    visit = current()
    if visit is None:
        raise NotAllowed("path.no_visit")
    return visit


def appointment_of(visit: Visit) -> Appointment | None:
    """Return the appointment this visit is for."""
    return appointments.of_room(parts.session(), visit.participant.room_id)


def speak_for(room: Room) -> None:
    """Show the room's house, its telephone and its hours on this request's page."""
    house = houses.house(parts.session(), room.house_id)
    show_house(
        HouseCard(name=house.name, phone=display_phone(house.phone), time_zone=house.time_zone)
    )


def refuse_once_closed(participant: Participant) -> None:
    """Raise ``gate.closed`` or ``gate.cancelled`` when the room is over for this person.

    Whoever was let in keeps their call when it lasts longer than planned.
    """
    room = participant.room
    refusal = gate.closed_because(room, clock.now())
    if refusal is None or (refusal == "gate.closed" and participant.presence in lobby.MAY_ENTER):
        return
    raise KioskError(refusal, status=403 if refusal == "gate.too_early" else 410)


def reach(visit: Visit, step: steps.Step) -> None:
    """Note the step somebody is on; coming back to the path after leaving is noted too."""
    now = clock.now()
    session = parts.session()
    with writing(session):
        participant = visit.participant
        if participant.presence == Presence.LEFT and step != steps.END:
            lobby.return_to_path(session, participant, now=now)
        language = i18n.current_language().code
        if participant.language != language:
            participant.language = language
            calls.announce(session, participant.room)
        visits.reach(session, visit, step.id, now=now)


def _place_of(visit: Visit) -> steps.Step:
    step = steps.BY_ID.get(visit.step, steps.FIRST)
    if step == steps.END or (
        step == steps.CALL and visit.participant.presence not in lobby.MAY_ENTER
    ):
        return steps.WAITING
    return step

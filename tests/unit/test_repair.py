"""Repairing an appointment: corrected, confided to a colleague, sent again, taken back."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from kiosk.appointments import booking, invitations, repair
from kiosk.appointments.booking import Details
from kiosk.appointments.model import Appointment, Channel, Status
from kiosk.calls.gate import Gate
from kiosk.calls.model import RoomState
from kiosk.errors import Conflict, KioskError
from kiosk.houses.model import Agent
from kiosk.notifications import queue
from kiosk.notifications.model import QueuedMessage
from kiosk.notifications.model import Status as Sending
from kiosk.storage.database import writing
from tests.builders import cast
from tests.builders.remembering_engine import RememberingEngine

HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)


@pytest.fixture
def roberts(session: Session, gate: Gate, lea: Agent, now: datetime) -> Appointment:
    """Robert comes in three hours, invited by SMS."""
    given = {"citizen_name": "Robert Lemaire", "starts_at": now + 3 * HOUR}
    return cast.booked(session, gate.keys, lea, now=now, **given)


def details(appointment: Appointment) -> Details:
    names = booking.Details.__dataclass_fields__
    return Details(**{name: getattr(appointment, name) for name in names})


def correct(session: Session, appointment: Appointment, now: datetime, **changes: object) -> None:
    with writing(session):
        repair.correct(session, appointment, replace(details(appointment), **changes), now=now)


def waiting(session: Session, appointment: Appointment) -> list[QueuedMessage]:
    session.rollback()
    found = queue.about(session, "appointment", appointment.id)
    return [one for one in found if one.status == Sending.QUEUED]


def send(session: Session, *messages: QueuedMessage) -> None:
    with writing(session):
        for one in messages:
            one.status = Sending.SENT


def test_a_new_number_gets_what_waited_for_the_former_one(
    session: Session, roberts: Appointment, now: datetime
) -> None:
    correct(session, roberts, now, phone="+33639980099")

    assert [(one.kind, one.recipient) for one in waiting(session, roberts)] == [
        ("appointment_confirmation", "+33639980099"),
        ("appointment_reminder", "+33639980099"),
    ]


def test_another_language_is_that_of_the_messages_to_come(
    session: Session, roberts: Appointment, now: datetime
) -> None:
    correct(session, roberts, now, language="en")

    assert {one.language for one in waiting(session, roberts)} == {"en"}


def test_a_name_alone_sends_nothing_anew(
    session: Session, roberts: Appointment, now: datetime
) -> None:
    before = [one.id for one in waiting(session, roberts)]

    correct(session, roberts, now, citizen_name="Robert Lemair", reason="Retraite")

    assert [one.id for one in waiting(session, roberts)] == before
    assert (roberts.citizen_name, roberts.reason) == ("Robert Lemair", "Retraite")


def test_somebody_who_is_to_get_paper_gets_no_message(
    session: Session, roberts: Appointment, now: datetime
) -> None:
    correct(session, roberts, now, channel=Channel.PAPER)

    assert waiting(session, roberts) == []


def test_a_link_that_left_for_a_wrong_number_is_known(
    session: Session, roberts: Appointment, now: datetime
) -> None:
    (reminder,) = [one for one in waiting(session, roberts) if one.kind == invitations.LINK]
    send(session, reminder)

    assert invitations.link_left_for(session, roberts) == {"+33639980011"}


def test_nothing_leaves_for_an_appointment_that_is_over(
    session: Session, roberts: Appointment, now: datetime
) -> None:
    send(session, *waiting(session, roberts))

    correct(session, roberts, roberts.ends_at, phone="+33639980099")

    assert waiting(session, roberts) == []


def test_the_link_is_sent_now_and_once_more_at_its_hour(
    session: Session, roberts: Appointment, now: datetime
) -> None:
    with writing(session):
        repair.resend_link(session, roberts, now=now)

    links = [one.due_at for one in waiting(session, roberts) if one.kind == invitations.LINK]
    assert links == [now, roberts.starts_at - 15 * MINUTE]


def test_a_double_press_sends_one_link(
    session: Session, roberts: Appointment, now: datetime
) -> None:
    for second in (0, 1):
        with writing(session):
            repair.resend_link(session, roberts, now=now + timedelta(seconds=second))

    due_now = [one for one in waiting(session, roberts) if one.due_at < now + MINUTE]
    assert [one.kind for one in due_now].count(invitations.LINK) == 1


def test_no_link_is_sent_to_somebody_with_paper(
    session: Session, roberts: Appointment, now: datetime
) -> None:
    correct(session, roberts, now, channel=Channel.PAPER)

    with writing(session), pytest.raises(KioskError, match="on_paper"):
        repair.resend_link(session, roberts, now=now)


def test_no_link_is_sent_once_the_room_is_closed(session: Session, roberts: Appointment) -> None:
    closed_at = roberts.room.closes_at

    with writing(session), pytest.raises(KioskError, match="over"):
        repair.resend_link(session, roberts, now=closed_at)
    with writing(session):
        repair.resend_link(session, roberts, now=closed_at - timedelta(seconds=1))


def test_a_colleague_of_the_house_can_receive_instead(
    session: Session, roberts: Appointment, lea: Agent
) -> None:
    nadia = cast.account(session, lea.houses[0], "nadia", "Nadia Roux")

    with writing(session):
        repair.reassign(session, roberts, nadia)

    assert roberts.agent.name == "Nadia Roux"


def test_nobody_of_another_house_can(session: Session, roberts: Appointment) -> None:
    karim = cast.account(session, cast.castillon(session), "karim", "Karim Haddad")

    with writing(session), pytest.raises(KioskError, match="not_an_agent_here"):
        repair.reassign(session, roberts, karim)


@pytest.mark.parametrize("status", [Status.ATTENDED, Status.NO_SHOW])
def test_attendance_noted_by_mistake_is_taken_back(
    session: Session,
    engine: RememberingEngine,
    roberts: Appointment,
    now: datetime,
    status: Status,
) -> None:
    booking.close(session, engine, roberts, status, now=now)

    with writing(session):
        repair.undo_attendance(session, roberts, now=now)

    assert (roberts.status, roberts.room.state) == (Status.BOOKED, RoomState.OPEN)
    assert [one.kind for one in waiting(session, roberts)] == [invitations.LINK]


def test_a_link_that_was_sent_is_not_sent_again_by_taking_back(
    session: Session, engine: RememberingEngine, roberts: Appointment, now: datetime
) -> None:
    send(session, *waiting(session, roberts))
    later = roberts.starts_at - 15 * MINUTE
    booking.close(session, engine, roberts, Status.NO_SHOW, now=later)

    with writing(session):
        repair.undo_attendance(session, roberts, now=later)

    assert waiting(session, roberts) == []


def test_an_appointment_that_is_open_or_cancelled_has_nothing_to_take_back(
    session: Session, engine: RememberingEngine, roberts: Appointment, now: datetime
) -> None:
    with writing(session), pytest.raises(Conflict, match="nothing_to_undo"):
        repair.undo_attendance(session, roberts, now=now)
    booking.cancel(session, engine, roberts, now=now)
    with writing(session), pytest.raises(Conflict, match="nothing_to_undo"):
        repair.undo_attendance(session, roberts, now=now)

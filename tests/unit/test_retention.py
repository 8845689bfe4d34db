"""Personal data has a written end (decision 0006)."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.event import listen
from sqlalchemy.orm import Session

from kiosk.appointments import retention as appointments
from kiosk.appointments.model import Appointment
from kiosk.assist import helping
from kiosk.assist import store as assist
from kiosk.assist.model import Author
from kiosk.calls import participants
from kiosk.calls import retention as calls
from kiosk.notifications.model import QueuedMessage, Status
from kiosk.run import retention
from kiosk.storage.database import writing
from kiosk.visits import progress, results
from kiosk.visits import store as visits


def test_a_month_after_an_appointment_nobody_knows_who_came(
    session: Session, aminas: Appointment, now: datetime
):
    with writing(session):
        visit = progress.enter(session, aminas.room, language="fr", now=now)
        amina = visit.participant
        participants.introduce(session, amina, "Amina")
        progress.describe_device(session, visit, {"kind": "phone"})
        results.judge_check(session, visit, "camera", figures=None, error="denied", now=now)
        helping.say(session, visit, Author.CITIZEN, "Je ne vois rien", now=now)
        progress.reach(session, visit, "camera", language="fr", now=now)
        helping.ask_for_help(session, visit, "camera.denied", now=now)

    retention.apply(session, now=now + timedelta(days=32))

    session.expire_all()
    assert (aminas.citizen_name, aminas.email, aminas.phone, aminas.reason) == ("", "", "", "")
    assert amina.name == ""
    assert visit.device == {}
    assert (visit.step, visit.stuck_since, visit.stuck_reason) == ("welcome", None, None)
    assert visits.history(session, visit.id) == []
    assert assist.conversation(session, visit.id) == []


def test_nothing_is_forgotten_before_its_time(session: Session, aminas: Appointment, now: datetime):
    retention.apply(session, now=now + timedelta(days=29))

    session.expire_all()
    assert aminas.citizen_name == "Amina Benali"


def test_the_journal_outlives_the_visit_by_eleven_months(
    session: Session, aminas: Appointment, now: datetime
):
    with writing(session):
        visit = progress.enter(session, aminas.room, language="fr", now=now)
        helping.ask_for_help(session, visit, "camera.denied", now=now)

    retention.apply(session, now=now + timedelta(days=364))
    assert [entry.event for entry in assist.journal(session, visit.id)] == ["stuck"]

    retention.apply(session, now=now + timedelta(days=366))
    assert assist.journal(session, visit.id) == []


def test_what_was_erased_is_not_written_again_an_hour_later(
    session: Session, aminas: Appointment, now: datetime
):
    with writing(session):
        visit = progress.enter(session, aminas.room, language="fr", now=now)
        participants.introduce(session, visit.participant, "Amina")
        progress.describe_device(session, visit, {"kind": "phone"})
    later = now + timedelta(days=32)
    retention.apply(session, now=later)
    written: list[tuple[str, int]] = []
    listen(
        session.get_bind(),
        "after_cursor_execute",
        lambda _c, cursor, text, *_: written.append((text, cursor.rowcount)),
    )

    retention.apply(session, now=later + timedelta(hours=1))

    assert [one for one in written if one[0].startswith(("UPDATE", "DELETE")) and one[1] > 0] == []


def test_a_month_after_it_ended_a_message_keeps_no_error_and_a_year_after_no_row(
    session: Session, aminas: Appointment, now: datetime
):
    with writing(session):
        for message in session.scalars(select(QueuedMessage)):
            message.status, message.ended_at = Status.FAILED, now
            message.last_error = "smtp.no_such_mailbox"

    retention.apply(session, now=now + timedelta(days=31))
    kept = session.scalars(select(QueuedMessage)).all()
    assert {(one.last_error, "•" in one.recipient) for one in kept} == {(None, True)}

    retention.apply(session, now=now + timedelta(days=366))
    assert session.scalars(select(QueuedMessage)).all() == []


def test_a_visit_that_left_nothing_but_its_device_forgets_it_after_a_month(
    session: Session, aminas: Appointment, now: datetime
):
    with writing(session):
        visit = progress.enter(session, aminas.room, language="fr", now=now)
        progress.describe_device(session, visit, {"kind": "phone"})

    retention.apply(session, now=now + timedelta(days=32))

    session.expire_all()
    assert visit.device == {}


def test_what_began_or_ended_at_an_instant_belongs_to_the_time_from_it_on(
    session: Session, aminas: Appointment
):
    starts, closes = aminas.starts_at, aminas.room.closes_at
    second = timedelta(seconds=1)

    assert appointments.started_between(session, starts, starts + second) == [aminas.id]
    assert appointments.started_between(session, starts - second, starts) == []
    assert calls.closed_between(session, closes, closes + second) == [aminas.room_id]
    assert calls.closed_between(session, closes - second, closes) == []


def test_what_was_booked_after_an_erasure_is_not_blanked_by_repeating_it(
    session: Session, aminas: Appointment
):
    with writing(session):
        appointments.erase_again(session, [aminas.id], erased_at=aminas.booked_at)
    session.expire_all()
    assert aminas.citizen_name == "Amina Benali"

    with writing(session):
        appointments.erase_again(
            session, [aminas.id], erased_at=aminas.booked_at + timedelta(seconds=1)
        )
    session.expire_all()
    assert aminas.citizen_name == ""

"""Personal data has a written end (decision 0006)."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from kiosk.appointments.model import Appointment
from kiosk.assist import helping
from kiosk.assist import store as assist
from kiosk.assist.model import Author
from kiosk.calls import participants
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

    retention.apply(session, now=now + timedelta(days=32))

    session.expire_all()
    assert (aminas.citizen_name, aminas.contact, aminas.reason) == ("", "", "")
    assert amina.name == ""
    assert visit.device == {}
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

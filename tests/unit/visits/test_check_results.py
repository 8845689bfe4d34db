"""Check results are added one by one; the newest of each check is the state of a visit."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy import event
from sqlalchemy.orm import Session

from kiosk.appointments.model import Appointment
from kiosk.calls import store as calls
from kiosk.errors import KioskError
from kiosk.readiness.vocabulary import Use
from kiosk.storage import revisions
from kiosk.storage.database import writing
from kiosk.visits import progress, results
from kiosk.visits import store as visits
from kiosk.visits.model import Visit


@pytest.fixture
def visit(session: Session, aminas: Appointment, now: datetime) -> Visit:
    with writing(session):
        return progress.enter(session, aminas.room, language="fr", now=now)


def report(session: Session, visit: Visit, check: str, error: str | None, *, now: datetime) -> None:
    with writing(session):
        results.judge_check(session, visit, check, figures=None, error=error, now=now)


def test_a_second_result_of_a_check_is_added_and_becomes_its_state(
    session: Session, visit: Visit, now: datetime
):
    report(session, visit, "camera", "denied", now=now)
    report(session, visit, "camera", None, now=now + timedelta(seconds=20))

    kept = [(one.code, one.at) for one in visits.history(session, visit.id)]
    assert kept == [("camera.denied", now), ("camera.good", now + timedelta(seconds=20))]
    assert results.current(session, visit)["camera"].code == "camera.good"


def test_a_result_is_announced_and_a_sign_of_life(session: Session, visit: Visit, now: datetime):
    topic = calls.room_topic(visit.participant.room_id)
    before, later = revisions.current(session, topic), now + timedelta(seconds=20)

    report(session, visit, "camera", "denied", now=later)

    assert revisions.current(session, topic) > before
    assert visit.participant.seen_at == later


def test_figures_are_kept_to_a_thousandth(session: Session, visit: Visit, now: datetime):
    figures = {"level_dbfs": -20.123456, "heard_s": 1}
    with writing(session):
        results.judge_check(session, visit, "voice", figures=figures, error=None, now=now)

    kept = results.current(session, visit)["voice"].figures
    assert kept == {"level_dbfs": -20.123, "heard_s": 1.0}


def test_what_is_not_a_result_is_not_kept(session: Session, visit: Visit, now: datetime):
    with pytest.raises(KioskError, match=r"check\.unknown"), writing(session):
        results.judge_check(session, visit, "tea", figures=None, error="cold", now=now)

    assert visits.history(session, visit.id) == []


def test_an_earlier_error_is_the_last_one_again_once_a_later_check_passes(
    session: Session, visit: Visit, now: datetime
):
    report(session, visit, "camera", "denied", now=now)
    report(session, visit, "sound", "unheard", now=now)
    assert results.current(session, visit).last_error == "sound.unheard"

    report(session, visit, "sound", None, now=now)
    assert results.current(session, visit).last_error == "camera.denied"


def test_a_check_passed_over_is_no_error_and_lowers_nothing(
    session: Session, visit: Visit, now: datetime
):
    report(session, visit, "microphone", "denied", now=now)
    assert results.current(session, visit).use == Use.PHONE

    report(session, visit, "microphone", "skipped", now=now)
    assert results.current(session, visit).last_error is None
    assert results.current(session, visit).use == Use.VIDEO


def test_the_results_of_many_visits_come_with_one_query(
    session: Session, aminas: Appointment, now: datetime
):
    with writing(session):
        three = [progress.enter(session, aminas.room, language="fr", now=now) for _ in range(3)]
    for visit in three[:2]:
        report(session, visit, "camera", "denied", now=now)
    report(session, three[1], "camera", None, now=now)
    ids = [visit.id for visit in three]
    asked: list[str] = []
    event.listen(session.get_bind(), "before_cursor_execute", lambda *call: asked.append(call[2]))

    found = results.current_of_each(session, ids)

    codes = [{check: result.code for check, result in found[one].items()} for one in ids]
    assert codes == [{"camera": "camera.denied"}, {"camera": "camera.good"}, {}]
    assert len(asked) == 1

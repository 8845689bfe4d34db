"""A visit moves from step to step, is left and comes back; pages are nudged for what they show."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from kiosk.appointments.model import Appointment
from kiosk.calls import admission, participants
from kiosk.calls import store as calls
from kiosk.calls.model import Presence
from kiosk.storage import revisions
from kiosk.storage.database import writing
from kiosk.visits import progress, state
from kiosk.visits.model import Visit
from tests.builders.cast import arrived

MINUTE = timedelta(minutes=1)
KIOSK = 3


@pytest.fixture
def visit(session: Session, aminas: Appointment, now: datetime) -> Visit:
    """Amina's visit, begun at the first step."""
    return arrived(session, aminas, now=now)


def nudges(session: Session, visit: Visit) -> int:
    return revisions.current(session, calls.room_topic(visit.participant.room_id))


def reach(session: Session, visit: Visit, step: str, now: datetime, language: str = "") -> bool:
    """Reach a step; return whether pages were nudged for it."""
    before = nudges(session, visit)
    with writing(session):
        progress.reach(session, visit, step, language=language, now=now)
    return nudges(session, visit) > before


def test_a_step_reached_is_dated_and_announced_once(session: Session, visit: Visit, now: datetime):
    assert reach(session, visit, "camera", now + MINUTE)
    assert not reach(session, visit, "camera", now + 2 * MINUTE)

    assert (visit.step, visit.step_since) == ("camera", now + MINUTE)
    assert visit.participant.seen_at == now + 2 * MINUTE


def test_another_language_is_kept_and_announced_and_no_language_changes_nothing(
    session: Session, visit: Visit, now: datetime
):
    assert reach(session, visit, "welcome", now, language="ar")
    assert not reach(session, visit, "welcome", now, language="ar")
    assert not reach(session, visit, "welcome", now)

    assert visit.participant.language == "ar"


@pytest.mark.parametrize(("step", "presence"), [("camera", "on_path"), ("end", "left")])
def test_somebody_who_left_is_back_at_any_step_but_the_good_bye(
    session: Session, visit: Visit, now: datetime, step: str, presence: str
):
    visit.participant.presence = Presence.LEFT
    visit.open_on_device = KIOSK
    session.commit()

    reach(session, visit, step, now)

    assert visit.participant.presence == presence
    assert visit.open_on_device == (None if step == "camera" else KIOSK)


@pytest.mark.parametrize("presence", [Presence.WAITING, Presence.ADMITTED])
def test_somebody_still_there_stays_on_the_kiosk_where_they_are(
    session: Session, visit: Visit, now: datetime, presence: Presence
):
    visit.participant.presence = presence
    visit.open_on_device = KIOSK
    session.commit()

    reach(session, visit, "camera", now)
    with writing(session):
        progress.come_back(session, visit, now=now)

    assert (visit.participant.presence, visit.open_on_device) == (presence, KIOSK)


def test_somebody_who_left_comes_back_on_the_path_and_off_the_kiosk(
    session: Session, visit: Visit, now: datetime
):
    visit.participant.presence = Presence.LEFT
    visit.open_on_device = KIOSK
    session.commit()

    with writing(session):
        progress.come_back(session, visit, now=now)

    assert (visit.participant.presence, visit.open_on_device) == ("on_path", None)


def test_somebody_who_left_and_knocks_waits_and_is_off_the_kiosk(
    session: Session, visit: Visit, now: datetime
):
    visit.participant.presence = Presence.LEFT
    visit.open_on_device = KIOSK
    session.commit()

    with writing(session):
        progress.knock(session, visit, now=now)

    assert (visit.participant.presence, visit.open_on_device) == ("waiting", None)


@pytest.mark.parametrize(
    ("step", "is_let_in", "shown"),
    [
        ("camera", False, "camera"),
        ("waiting_room", False, "waiting_room"),
        ("call", False, "waiting_room"),
        ("call", True, "call"),
        ("end", False, "waiting_room"),
        ("end", True, "waiting_room"),
        ("a step of an older version", False, "welcome"),
    ],
)
def test_somebody_who_opens_the_page_again_is_at_the_step_they_may_be_at(
    session: Session, visit: Visit, now: datetime, step: str, is_let_in: bool, shown: str
):
    with writing(session):
        visit.step = step
        if is_let_in:
            admission.admit(session, visit.participant, now=now)

    assert progress.place_of(visit).id == shown


def test_a_kiosk_shows_one_visit_and_the_one_before_is_returned(
    session: Session, aminas: Appointment, visit: Visit, now: datetime
):
    other = arrived(session, aminas, now=now)

    with writing(session):
        assert progress.put_on_device(session, visit, KIOSK) is None
        assert progress.put_on_device(session, visit, KIOSK) is None
        assert progress.put_on_device(session, other, KIOSK) is visit

    assert (visit.open_on_device, other.open_on_device) == (None, KIOSK)
    with writing(session):
        progress.take_off_device(other)
    assert other.open_on_device is None


def test_a_kiosk_goes_back_to_the_visit_it_showed_before(
    session: Session, aminas: Appointment, visit: Visit, now: datetime
):
    other = arrived(session, aminas, now=now)
    with writing(session):
        progress.put_on_device(session, other, KIOSK)

    with writing(session):
        assert progress.put_on_device(session, visit, KIOSK) is other

    assert (visit.open_on_device, other.open_on_device) == (KIOSK, None)


def test_a_visit_that_begins_is_announced(session: Session, visit: Visit, now: datetime):
    with writing(session):
        room = visit.participant.room
        newcomer = participants.arrive(session, room, language="fr", now=now)
    before = nudges(session, visit)

    with writing(session):
        progress.begin(session, newcomer, now=now)

    assert nudges(session, visit) > before


def test_what_the_device_is_is_announced_and_a_sign_of_life_is_not(
    session: Session, visit: Visit, now: datetime
):
    before = nudges(session, visit)
    with writing(session):
        progress.describe_device(session, visit, {"kind": "phone"})
    described = nudges(session, visit)
    with writing(session):
        progress.beat(session, visit, now=now + MINUTE)

    assert described == before + 1
    assert nudges(session, visit) == described
    assert (visit.device, visit.participant.seen_at) == ({"kind": "phone"}, now + MINUTE)


def test_the_state_of_a_visit_says_whether_its_room_is_open_and_whether_it_is_stuck(
    session: Session, aminas: Appointment, visit: Visit, now: datetime
):
    at_first = state.of(session, visit, now=now)
    visit.stuck_since = now
    session.commit()
    afterwards = state.of(session, visit, now=aminas.room.closes_at)

    assert (at_first.room, at_first.stuck, at_first.step) == ("open", False, "welcome")
    assert (afterwards.room, afterwards.stuck) == ("closed", True)
    assert at_first.revision == nudges(session, visit)
    assert at_first.closes_at == aminas.room.closes_at

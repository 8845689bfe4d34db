"""Four ways to find a visit; each shows no more than its kind of client may see."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import partial

import pytest
from sqlalchemy.orm import Session

from kiosk.appointments.model import Appointment
from kiosk.calls import ending, presence, rooms
from kiosk.calls.model import Presence
from kiosk.errors import NotFound
from kiosk.storage.database import writing
from kiosk.visits import finding, progress
from kiosk.visits.model import Visit

KIOSK, OTHER_KIOSK = 7, 8


@pytest.fixture
def visit(session: Session, aminas: Appointment, now: datetime) -> Visit:
    with writing(session):
        return progress.enter(session, aminas.room, language="fr", now=now)


@pytest.fixture
def at_the_kiosk(session: Session, visit: Visit) -> Visit:
    with writing(session):
        progress.put_on_device(session, visit, KIOSK)
    return visit


def test_a_cookie_finds_the_visit_of_its_participant(session: Session, visit: Visit):
    assert finding.of_browser(session, visit.participant_id) is visit
    assert finding.of_browser(session, visit.participant_id + 1) is None


def test_a_kiosk_finds_the_visit_open_on_it_and_another_kiosk_does_not(
    session: Session, at_the_kiosk: Visit, now: datetime
):
    assert finding.open_on_device(session, KIOSK, now=now) is at_the_kiosk
    assert finding.open_on_device(session, OTHER_KIOSK, now=now) is None


def test_a_kiosk_finds_nothing_once_the_person_has_left(
    session: Session, at_the_kiosk: Visit, now: datetime
):
    with writing(session):
        presence.apply(session, at_the_kiosk.participant, presence.Event.LEAVE, now=now)

    assert finding.open_on_device(session, KIOSK, now=now) is None


@pytest.mark.parametrize(
    "go_on",
    [progress.come_back, progress.knock, partial(progress.reach, step="sound")],
    ids=["opening the link", "knocking", "opening a step"],
)
def test_somebody_who_left_a_kiosk_and_goes_on_at_home_is_not_shown_on_it_again(
    session: Session, at_the_kiosk: Visit, now: datetime, go_on: Callable[..., None]
):
    with writing(session):
        presence.apply(session, at_the_kiosk.participant, presence.Event.LEAVE, now=now)
        go_on(session, at_the_kiosk, now=now)

    assert at_the_kiosk.participant.presence in (Presence.ON_PATH, Presence.WAITING)
    assert finding.open_on_device(session, KIOSK, now=now) is None


def test_a_kiosk_finds_nothing_once_the_room_is_closed(session: Session, at_the_kiosk: Visit):
    closed = at_the_kiosk.participant.room.closes_at

    assert finding.open_on_device(session, KIOSK, now=closed) is None


def test_a_kiosk_finds_nothing_once_the_room_is_cancelled(
    session: Session, at_the_kiosk: Visit, now: datetime
):
    with writing(session):
        rooms.cancel(session, at_the_kiosk.participant.room, ending.Connections(), now=now)

    assert finding.open_on_device(session, KIOSK, now=now) is None


def test_the_next_visit_on_a_kiosk_takes_the_place_of_the_one_before(
    session: Session, at_the_kiosk: Visit, aminas: Appointment, now: datetime
):
    with writing(session):
        following = progress.enter(session, aminas.room, language="ar", now=now)
        before = progress.put_on_device(session, following, KIOSK)

    assert before is at_the_kiosk
    assert at_the_kiosk.open_on_device is None
    assert finding.open_on_device(session, KIOSK, now=now) is following


def test_putting_a_visit_twice_on_its_kiosk_replaces_nothing(
    session: Session, at_the_kiosk: Visit, now: datetime
):
    with writing(session):
        assert progress.put_on_device(session, at_the_kiosk, KIOSK) is None

    assert finding.open_on_device(session, KIOSK, now=now) is at_the_kiosk


def test_a_visit_taken_off_its_kiosk_is_found_there_no_more(
    session: Session, at_the_kiosk: Visit, now: datetime
):
    with writing(session):
        progress.take_off_device(at_the_kiosk)

    assert finding.open_on_device(session, KIOSK, now=now) is None


def test_an_account_finds_the_visits_of_its_houses_only(session: Session, visit: Visit):
    here = visit.participant.room.house_id

    assert finding.for_account(session, visit.id, house_ids=[here + 1, here]) is visit
    with pytest.raises(NotFound, match=r"visit\.not_found"):
        finding.for_account(session, visit.id, house_ids=[here + 1])
    with pytest.raises(NotFound, match=r"visit\.not_found"):
        finding.for_account(session, visit.id, house_ids=[])


def test_an_api_key_finds_the_visits_of_its_houses_only(session: Session, visit: Visit):
    here = visit.participant.room.house_id

    assert finding.for_api_client(session, visit.id, house_ids=[here]) is visit
    with pytest.raises(NotFound, match=r"visit\.not_found"):
        finding.for_api_client(session, visit.id, house_ids=[])
    with pytest.raises(NotFound, match=r"visit\.not_found"):
        finding.for_api_client(session, visit.id + 1, house_ids=[here])

"""Until when an admission holds, at each edge of the room's hours."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from kiosk.calls import admission, participants, store
from kiosk.calls.model import Participant, Presence, RoomState
from kiosk.errors import KioskError, NotFound
from kiosk.storage.database import writing

SECOND = timedelta(seconds=1)


@pytest.mark.parametrize(
    ("state", "code"), [(RoomState.CANCELLED, "gate.cancelled"), (RoomState.CLOSED, "gate.closed")]
)
def test_nobody_is_let_in_to_a_room_that_is_over_and_it_is_gone_for_good(
    session: Session, amina: Participant, now: datetime, state: RoomState, code: str
):
    amina.room.state = state

    with pytest.raises(KioskError) as refused:
        admission.check_open(session, amina.room, now=now)

    assert (refused.value.code, refused.value.status) == (code, 410)


def test_a_room_is_too_early_until_it_opens_and_over_from_its_end_on(amina: Participant):
    opens, closes = amina.room.opens_at, amina.room.closes_at

    assert admission.closed_because(amina.room, opens - SECOND) == "gate.too_early"
    assert admission.closed_because(amina.room, opens) is None
    assert admission.closed_because(amina.room, closes - SECOND) is None
    assert admission.closed_because(amina.room, closes) == "gate.closed"


def test_too_early_is_a_refusal_and_over_is_gone(amina: Participant, now: datetime):
    amina.room.opens_at = now + SECOND
    with pytest.raises(KioskError, match=r"gate\.too_early") as early:
        admission.check_still_valid(amina, now)
    with pytest.raises(KioskError, match=r"gate\.closed") as late:
        admission.check_still_valid(amina, amina.room.closes_at)

    assert (early.value.status, late.value.status) == (403, 410)


def test_a_clock_set_back_shuts_nobody_out_who_came_when_the_room_was_open(
    amina: Participant,
):
    amina.arrived_at = amina.room.opens_at

    assert admission.over_because(amina, amina.room.opens_at - SECOND) is None


def test_a_room_moved_to_later_is_too_early_for_somebody_who_came_before(
    amina: Participant, now: datetime
):
    amina.room.opens_at = amina.arrived_at + SECOND

    assert admission.over_because(amina, now) == "gate.too_early"
    assert admission.over_because(amina, now - SECOND) == "gate.too_early"


def test_a_lost_connection_leads_back_into_the_call_for_ten_minutes_after_the_hour(
    session: Session, admitted: Participant
):
    over = admitted.room.closes_at
    admitted.presence_since = over - timedelta(minutes=5)

    assert admission.over_because(admitted, over + timedelta(minutes=5) - SECOND) is None
    assert admission.over_because(admitted, over + timedelta(minutes=5)) == "gate.closed"


def test_a_room_and_a_participant_that_do_not_exist_are_not_found(
    session: Session, amina: Participant
):
    assert store.room(session, amina.room_id) is amina.room
    assert store.participant(session, amina.id) is amina
    with pytest.raises(NotFound, match=r"room\.not_found"):
        store.room(session, amina.room_id + 1)
    with pytest.raises(NotFound, match=r"participant\.not_found"):
        store.participant(session, amina.id + 1)


def test_a_name_is_kept_to_its_eightieth_letter(session: Session, amina: Participant):
    with writing(session):
        participants.introduce(session, amina, "a" * 79 + "bc")

    assert amina.name == "a" * 79 + "b"


@pytest.mark.parametrize(("silent_for", "gone"), [(-SECOND, False), (timedelta(0), True)])
def test_somebody_let_in_who_answers_nothing_for_minutes_is_gone(
    admitted: Participant, silent_for: timedelta, gone: bool
):
    silent_since = admitted.seen_at
    now = silent_since + admission.UNREACHABLE_AFTER + silent_for

    assert admission.is_unreachable(admitted, now) is gone
    assert admission.is_unreachable(admitted, silent_since - (now - silent_since)) is gone


def test_somebody_in_the_call_is_never_gone_by_the_silence_of_their_page(admitted: Participant):
    admitted.presence = Presence.IN_CALL
    heard_at = admitted.seen_at

    assert not admission.is_unreachable(admitted, heard_at)
    assert not admission.is_unreachable(admitted, heard_at + 2 * admission.UNREACHABLE_AFTER)

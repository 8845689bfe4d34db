"""The presence machine: its table is complete, and what it writes beside the state."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from kiosk.calls import presence
from kiosk.calls.model import Participant, Presence, Refusal
from kiosk.calls.presence import MAY_ENTER, TRANSITIONS, Event
from kiosk.storage.database import writing


def test_the_table_answers_every_event_in_every_state() -> None:
    assert set(TRANSITIONS) == set(Event)
    assert all(set(row) == set(Presence) for row in TRANSITIONS.values())


def test_only_the_media_plane_takes_somebody_into_the_call_and_only_from_admitted() -> None:
    ways_in = {
        (event, before)
        for event, row in TRANSITIONS.items()
        for before, after in row.items()
        if after == Presence.IN_CALL
    }

    assert ways_in == {(Event.CONNECT, Presence.ADMITTED)}


def test_only_an_agents_act_admits_somebody_who_was_not_admitted() -> None:
    ways_in = {
        event
        for event, row in TRANSITIONS.items()
        for before, after in row.items()
        if after == Presence.ADMITTED and before not in MAY_ENTER
    }

    assert ways_in == {Event.ADMIT, Event.TAKE_SEAT}


def test_a_citizen_cannot_take_an_agents_seat(
    session: Session, amina: Participant, now: datetime
) -> None:
    with pytest.raises(ValueError, match="admission"):
        presence.apply(session, amina, Event.TAKE_SEAT, now=now)


def test_another_reason_for_refusing_is_written_and_dated(
    session: Session, amina: Participant, now: datetime
) -> None:
    later = now + timedelta(minutes=1)
    with writing(session):
        presence.apply(session, amina, Event.REFUSE, now=now, refusal=Refusal.AGENT_BUSY)
        presence.apply(session, amina, Event.REFUSE, now=later, refusal=Refusal.TO_BE_MOVED)

    assert (amina.refusal, amina.presence_since) == (Refusal.TO_BE_MOVED, later)


def test_an_agents_act_is_no_sign_of_life_from_the_citizens_page(
    session: Session, amina: Participant, now: datetime
) -> None:
    with writing(session):
        presence.apply(session, amina, Event.ADMIT, now=now + timedelta(minutes=1))
        assert amina.seen_at == now
        presence.apply(session, amina, Event.HANG_UP, now=now + timedelta(minutes=2))
        assert amina.seen_at == now + timedelta(minutes=2)

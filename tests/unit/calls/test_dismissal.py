"""Removing somebody from a house ends their calls there at once, and nobody else's."""

from __future__ import annotations

from datetime import datetime

import pytest
from sqlalchemy.orm import Session

from kiosk.appointments.model import Appointment
from kiosk.calls import connections, dismissal, participants
from kiosk.calls.model import Participant, Presence
from kiosk.errors import NotFound
from kiosk.houses import accounts
from kiosk.houses.model import Agent, House, Role
from kiosk.storage.database import writing
from tests.builders.remembering_engine import RememberingEngine


@pytest.fixture
def leas_seat(
    session: Session, engine: RememberingEngine, aminas: Appointment, lea: Agent, now: datetime
) -> Participant:
    """Léa, connected to the call with Amina."""
    with writing(session):
        seat = participants.take_seat(session, aminas.room, agent_id=lea.id, name="Léa", now=now)
    connections.open_call(session, engine, seat, now=now)
    return seat


def test_closing_an_account_ends_its_call_and_the_citizen_stays(
    session: Session,
    engine: RememberingEngine,
    admitted: Participant,
    leas_seat: Participant,
    sainte_foy: House,
    lea: Agent,
    nadia: Agent,
    now: datetime,
):
    connections.open_call(session, engine, admitted, now=now)

    dismissal.remove_from_house(session, engine, lea.id, sainte_foy, by=nadia, now=now)

    assert not lea.active
    assert leas_seat.presence == Presence.REMOVED
    assert [participant for _, participant, _ in engine.peers.values()] == [str(admitted.id)]


def test_leaving_another_house_ends_no_call_of_this_one(
    session: Session,
    engine: RememberingEngine,
    leas_seat: Participant,
    castillon: House,
    lea: Agent,
    nadia: Agent,
    now: datetime,
):
    with writing(session):
        accounts.join_house(session, castillon, "lea", Role.AGENT)

    dismissal.remove_from_house(session, engine, lea.id, castillon, by=nadia, now=now)

    assert lea.active
    assert leas_seat.peer in engine.peers


def test_a_removal_that_is_refused_ends_no_call(
    session: Session,
    engine: RememberingEngine,
    leas_seat: Participant,
    castillon: House,
    lea: Agent,
    nadia: Agent,
    now: datetime,
):
    with pytest.raises(NotFound):
        dismissal.remove_from_house(session, engine, lea.id, castillon, by=nadia, now=now)

    assert lea.active
    assert leas_seat.peer in engine.peers


def test_somebody_who_is_added_again_takes_their_seat_again(
    session: Session,
    engine: RememberingEngine,
    aminas: Appointment,
    leas_seat: Participant,
    sainte_foy: House,
    castillon: House,
    lea: Agent,
    nadia: Agent,
    now: datetime,
):
    with writing(session):
        accounts.join_house(session, castillon, "lea", Role.AGENT)
    dismissal.remove_from_house(session, engine, lea.id, sainte_foy, by=nadia, now=now)
    with writing(session):
        accounts.join_house(session, sainte_foy, "lea", Role.AGENT)
        participants.take_seat(session, aminas.room, agent_id=lea.id, name="Léa", now=now)

    connections.open_call(session, engine, leas_seat, now=now)

    assert leas_seat.peer in engine.peers

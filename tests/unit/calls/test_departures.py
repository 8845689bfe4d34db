"""A departure ends calls and sessions at once, and hands the appointments to a colleague."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from kiosk.appointments import booking, departures, invitations
from kiosk.appointments.model import Appointment
from kiosk.calls import connections, participants
from kiosk.calls.links import RoomKeys
from kiosk.calls.model import Participant, Presence
from kiosk.errors import Conflict, KioskError, NotFound
from kiosk.houses import accounts, sign_ins
from kiosk.houses.model import Agent, House, Role
from kiosk.storage import revisions
from kiosk.storage.database import writing
from tests.builders import cast
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

    departures.remove_from_house(
        session, engine, lea.id, sainte_foy, by=nadia, now=now, colleague=nadia
    )

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

    departures.remove_from_house(session, engine, lea.id, castillon, by=nadia, now=now)

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
        departures.remove_from_house(session, engine, lea.id, castillon, by=nadia, now=now)

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
    departures.remove_from_house(
        session, engine, lea.id, sainte_foy, by=nadia, now=now, colleague=nadia
    )
    with writing(session):
        accounts.join_house(session, sainte_foy, "lea", Role.AGENT)
        participants.take_seat(session, aminas.room, agent_id=lea.id, name="Léa", now=now)

    connections.open_call(session, engine, leas_seat, now=now)

    assert leas_seat.peer in engine.peers


def test_the_appointments_to_come_pass_to_the_colleague_and_the_others_stay(
    session: Session,
    engine: RememberingEngine,
    book: Callable[..., Appointment],
    sainte_foy: House,
    lea: Agent,
    nadia: Agent,
    now: datetime,
):
    over = book(starts_at=now + timedelta(minutes=1))
    cancelled = book(starts_at=now + timedelta(hours=2))
    booking.cancel(session, engine, cancelled, now=now)
    later = now + timedelta(hours=1)
    begun = book(starts_at=later - timedelta(minutes=10))
    to_come = book(starts_at=now + timedelta(days=30))
    before = revisions.current(session, f"room:{to_come.room_id}")

    departures.remove_from_house(
        session, engine, lea.id, sainte_foy, by=nadia, now=later, colleague=nadia
    )

    assert [one.agent for one in (begun, to_come)] == [nadia, nadia]
    assert [one.agent for one in (over, cancelled)] == [lea, lea]
    assert revisions.current(session, f"room:{to_come.room_id}") > before
    facts = invitations.values_of(
        session, RoomKeys("a secret for tests " * 2), to_come.id, public_url="https://x.fr"
    )
    assert facts is not None
    assert facts.agent_name == "Nadia Roux"


@pytest.mark.parametrize("who", ["nobody", "a stranger"])
def test_without_a_colleague_of_the_house_nothing_changes(
    session: Session,
    engine: RememberingEngine,
    aminas: Appointment,
    leas_seat: Participant,
    sainte_foy: House,
    castillon: House,
    lea: Agent,
    nadia: Agent,
    now: datetime,
    who: str,
):
    stranger = cast.account(session, castillon, "karim", "Karim Haddad")

    with pytest.raises(KioskError):
        departures.remove_from_house(
            session, engine, lea.id, sainte_foy, by=nadia, now=now,
            colleague=None if who == "nobody" else stranger,
        )  # fmt: skip

    assert lea.active
    assert aminas.agent is lea
    assert leas_seat.peer in engine.peers


def test_a_departure_ends_the_sessions_of_the_account_it_closes(
    session: Session, engine: RememberingEngine, sainte_foy: House, lea: Agent, nadia: Agent,
    now: datetime,
):  # fmt: skip
    with writing(session):
        for one in (lea, nadia):
            sign_ins.add(session, one, kind="phone", browser="Firefox", system="Android", now=now)

    departures.remove_from_house(session, engine, lea.id, sainte_foy, by=nadia, now=now)

    assert sign_ins.of(session, lea.id, now=now) == []
    assert len(sign_ins.of(session, nadia.id, now=now)) == 1


def test_closing_an_account_ends_its_work_in_every_house(
    session: Session,
    engine: RememberingEngine,
    aminas: Appointment,
    leas_seat: Participant,
    castillon: House,
    lea: Agent,
    odile: Agent,
    now: datetime,
):
    with writing(session):
        accounts.join_house(session, castillon, "lea", Role.AGENT)
    with pytest.raises(Conflict, match="has_appointments"):
        departures.close_account(session, engine, lea.id, by=odile, now=now)
    assert lea.active

    departures.close_account(session, engine, lea.id, by=odile, now=now, colleague=odile)

    assert not lea.active
    assert len(lea.houses) == 2
    assert aminas.agent is odile
    assert leas_seat.presence == Presence.REMOVED

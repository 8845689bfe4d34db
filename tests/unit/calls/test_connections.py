"""Who gets a connection to the media plane, whose it is, and how it ends."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy import update
from sqlalchemy.orm import Session

from kiosk.appointments.model import Appointment
from kiosk.calls import connections, ending, participants, plane_events, presence
from kiosk.calls.model import Participant, Presence, RoomState
from kiosk.calls.presence import Event
from kiosk.errors import Conflict, KioskError, MediaError, NotAllowed
from kiosk.media.engine import CallRole
from kiosk.storage.database import writing
from tests.builders.remembering_engine import RememberingEngine


def test_nobody_is_connected_before_an_agent_says_so(
    session: Session, engine: RememberingEngine, amina: Participant, now: datetime
):
    with pytest.raises(NotAllowed, match=r"lobby\.not_admitted"):
        connections.open_call(session, engine, amina, now=now)

    assert engine.peers == {}
    assert engine.roles == {}, "the plane was asked for nothing"


def test_an_admitted_person_is_connected_to_their_room(
    session: Session, engine: RememberingEngine, admitted: Participant, now: datetime
):
    offer = connections.open_call(session, engine, admitted, now=now)

    assert engine.peers == {offer.peer: (str(admitted.room_id), str(admitted.id), False)}
    assert admitted.peer == offer.peer


def test_asking_for_a_connection_is_a_sign_of_life(
    session: Session, engine: RememberingEngine, admitted: Participant, now: datetime
):
    later = now + timedelta(minutes=3)

    connections.open_call(session, engine, admitted, now=later)

    assert admitted.seen_at == later


def test_the_media_plane_learns_the_role_of_each_participant(
    session: Session,
    engine: RememberingEngine,
    aminas: Appointment,
    admitted: Participant,
    now: datetime,
):
    with writing(session):
        agent = participants.take_seat(
            session, aminas.room, agent_id=aminas.agent_id, name="Léa Martin", now=now
        )

    connections.open_call(session, engine, admitted, now=now)
    connections.open_call(session, engine, agent, now=now)

    assert engine.roles == {str(admitted.id): CallRole.CITIZEN, str(agent.id): CallRole.AGENT}


def test_a_connection_made_ahead_is_in_prejoin(
    session: Session, engine: RememberingEngine, admitted: Participant, now: datetime
):
    offer = connections.open_call(session, engine, admitted, ahead=True, now=now)

    assert engine.in_prejoin == {offer.peer}
    assert admitted.peer == offer.peer


def test_a_connection_made_ahead_takes_nobody_out_of_the_call_on_their_other_page(
    session: Session, engine: RememberingEngine, admitted: Participant, now: datetime
):
    offer = connections.open_call(session, engine, admitted, now=now)
    with writing(session):
        plane_events.connected(session, offer.peer, now=now)

    with pytest.raises(Conflict, match=r"lobby\.already_in_call"):
        connections.open_call(session, engine, admitted, ahead=True, now=now)

    assert list(engine.peers) == [offer.peer]


def test_a_second_connection_ends_the_first(
    session: Session, engine: RememberingEngine, admitted: Participant, now: datetime
):
    connections.open_call(session, engine, admitted, now=now)

    second = connections.open_call(session, engine, admitted, now=now)

    assert list(engine.peers) == [second.peer]


def test_being_replaced_is_not_leaving_even_when_the_plane_says_so_first(
    session: Session, engine: RememberingEngine, admitted: Participant, now: datetime
):
    first = connections.open_call(session, engine, admitted, now=now)

    def plane_tells_at_once() -> None:
        with writing(session):
            plane_events.gone(session, first.peer, "replaced", now=now)

    engine.while_joining = plane_tells_at_once
    second = connections.open_call(session, engine, admitted, now=now)

    assert admitted.peer == second.peer
    assert admitted.presence == Presence.ADMITTED


def test_somebody_turned_away_while_the_plane_was_asked_is_not_left_connected(
    session: Session, engine: RememberingEngine, admitted: Participant, now: datetime
):
    def leave_meanwhile() -> None:
        with writing(session):
            presence.apply(session, admitted, Event.HANG_UP, now=now)

    engine.while_joining = leave_meanwhile

    with pytest.raises(NotAllowed, match=r"lobby\.not_admitted"):
        connections.open_call(session, engine, admitted, now=now)

    assert engine.peers == {}


def test_somebody_in_the_call_may_reconnect_however_long_it_lasts(
    session: Session, engine: RememberingEngine, admitted: Participant, now: datetime
):
    first = connections.open_call(session, engine, admitted, now=now)
    with writing(session):
        plane_events.connected(session, first.peer, now=now)
    late = admitted.room.closes_at + timedelta(hours=1)

    offer = connections.open_call(session, engine, admitted, now=late)

    assert list(engine.peers) == [offer.peer]


@pytest.mark.parametrize(("minutes", "returns"), [(9, True), (10, False)])
def test_a_connection_lost_after_the_hour_may_come_back_for_ten_minutes(
    session: Session,
    engine: RememberingEngine,
    admitted: Participant,
    now: datetime,
    minutes: int,
    returns: bool,
):
    late = admitted.room.closes_at + timedelta(hours=1)
    first = connections.open_call(session, engine, admitted, now=now)
    with writing(session):
        plane_events.connected(session, first.peer, now=now)
        plane_events.gone(session, first.peer, "consent_expired", now=late)

    later = late + timedelta(minutes=minutes)
    if returns:
        assert connections.open_call(session, engine, admitted, now=later).peer == admitted.peer
    else:
        with pytest.raises(KioskError, match=r"gate\.closed"):
            connections.open_call(session, engine, admitted, now=later)


def test_an_admission_does_not_outlive_the_room(
    session: Session, engine: RememberingEngine, admitted: Participant, now: datetime
):
    with pytest.raises(KioskError, match=r"gate\.closed"):
        connections.open_call(session, engine, admitted, now=admitted.room.closes_at)

    assert engine.peers == {}


@pytest.mark.parametrize(
    ("state", "code"), [(RoomState.CANCELLED, "gate.cancelled"), (RoomState.CLOSED, "gate.closed")]
)
@pytest.mark.parametrize("meanwhile", [False, True])
def test_a_cancelled_or_closed_room_connects_nobody_even_when_it_closes_meanwhile(
    session: Session,
    engine: RememberingEngine,
    admitted: Participant,
    now: datetime,
    state: RoomState,
    code: str,
    meanwhile: bool,
):
    def close() -> None:
        with writing(session):
            admitted.room.state = state

    if meanwhile:
        engine.while_joining = close
    else:
        close()

    with pytest.raises(KioskError) as refused:
        connections.open_call(session, engine, admitted, now=now)

    assert (refused.value.code, refused.value.status) == (code, 410)
    assert engine.peers == {}
    assert admitted.peer is None


def test_a_room_moved_meanwhile_connects_nobody(
    session: Session, engine: RememberingEngine, admitted: Participant, now: datetime
):
    def move() -> None:
        with writing(session):
            admitted.room.opens_at = now + timedelta(days=7)

    engine.while_joining = move

    with pytest.raises(KioskError, match=r"gate\.too_early"):
        connections.open_call(session, engine, admitted, now=now)

    assert engine.peers == {}


@pytest.mark.parametrize("kind", ["call", "echo"])
def test_a_person_answers_for_the_peers_they_were_given(
    session: Session, engine: RememberingEngine, admitted: Participant, now: datetime, kind: str
):
    call = connections.open_call(session, engine, admitted, now=now)
    echo = connections.open_echo(session, engine, admitted)
    peer = {"call": call.peer, "echo": echo.peer}[kind]

    connections.answer(session, engine, admitted, peer, "v=0")

    assert engine.answers == {peer: "v=0"}


@pytest.mark.parametrize("peer", ["peer-1", "", "peer-99"])
def test_nobody_answers_for_another_persons_peer(
    session: Session,
    engine: RememberingEngine,
    admitted: Participant,
    now: datetime,
    peer: str,
):
    connections.open_call(session, engine, admitted, now=now)
    with writing(session):
        robert = participants.arrive(session, admitted.room, language="fr", now=now)

    with pytest.raises(MediaError, match=r"media\.unknown_peer") as refusal:
        connections.answer(session, engine, robert, peer, "v=0")

    assert refusal.value.status == 404
    assert engine.answers == {}


def test_an_answer_is_to_the_first_offer_unless_the_page_says_to_which(
    session: Session, engine: RememberingEngine, admitted: Participant, now: datetime
):
    peer = connections.open_call(session, engine, admitted, now=now).peer

    connections.answer(session, engine, admitted, peer, "v=0")
    connections.answer(session, engine, admitted, peer, "v=0", 2)

    assert engine.generations == [1, 2]


def test_a_peer_that_another_process_replaced_takes_no_answer(
    session: Session, engine: RememberingEngine, admitted: Participant, now: datetime
):
    peer = connections.open_call(session, engine, admitted, now=now).peer
    assert admitted.peer == peer
    elsewhere = update(Participant).values(peer="peer-of-another-page")
    session.execute(elsewhere, execution_options={"synchronize_session": False})

    with pytest.raises(MediaError, match=r"media\.unknown_peer"):
        connections.answer(session, engine, admitted, peer, "v=0")


def test_a_page_whose_path_is_cut_keeps_its_connection(
    session: Session, engine: RememberingEngine, admitted: Participant, now: datetime
):
    call = connections.open_call(session, engine, admitted, now=now)

    again = connections.open_call(session, engine, admitted, former=call.peer, now=now)

    assert (again.peer, again.generation) == (call.peer, 2)
    assert list(engine.peers) == [call.peer]


def test_a_page_whose_connection_is_gone_gets_a_fresh_one(
    session: Session, engine: RememberingEngine, admitted: Participant, now: datetime
):
    call = connections.open_call(session, engine, admitted, now=now)
    engine.peers.clear()

    again = connections.open_call(session, engine, admitted, former=call.peer, now=now)

    assert list(engine.peers) == [again.peer] == [admitted.peer]


def test_nobody_takes_another_persons_connection_over(
    session: Session, engine: RememberingEngine, admitted: Participant, now: datetime
):
    call = connections.open_call(session, engine, admitted, now=now)
    with writing(session):
        robert = participants.arrive(session, admitted.room, language="fr", now=now)
        robert.presence = Presence.ADMITTED

    roberts = connections.open_call(session, engine, robert, former=call.peer, now=now)

    assert roberts.peer != call.peer
    assert admitted.peer == call.peer


def test_who_was_shown_out_does_not_come_back_by_their_old_connection(
    session: Session, engine: RememberingEngine, admitted: Participant, now: datetime
):
    call = connections.open_call(session, engine, admitted, now=now)
    with writing(session):
        presence.apply(session, admitted, Event.HANG_UP, now=now)

    with pytest.raises(NotAllowed, match=r"lobby\.not_admitted"):
        connections.open_call(session, engine, admitted, former=call.peer, now=now)


def test_hanging_up_ends_the_connection_and_the_presence(
    session: Session, engine: RememberingEngine, admitted: Participant, now: datetime
):
    offer = connections.open_call(session, engine, admitted, now=now)

    ending.hang_up(session, engine, admitted, peer=offer.peer, now=now)

    assert engine.peers == {}
    assert admitted.presence == Presence.LEFT


def test_a_forgotten_page_cannot_hang_up_for_the_one_in_use(
    session: Session, engine: RememberingEngine, admitted: Participant, now: datetime
):
    old = connections.open_call(session, engine, admitted, now=now)
    new = connections.open_call(session, engine, admitted, now=now)

    ending.hang_up(session, engine, admitted, peer=old.peer, now=now)

    assert list(engine.peers) == [new.peer]
    assert admitted.presence == Presence.ADMITTED


def test_hanging_up_counts_even_when_the_plane_is_down(
    session: Session, engine: RememberingEngine, admitted: Participant, now: datetime
):
    offer = connections.open_call(session, engine, admitted, now=now)
    engine.down = True

    ending.hang_up(session, engine, admitted, peer=offer.peer, now=now)

    assert admitted.presence == Presence.LEFT
    assert admitted.peer is None


def test_a_plane_that_is_down_changes_nothing(
    session: Session, engine: RememberingEngine, admitted: Participant, now: datetime
):
    engine.down = True

    with pytest.raises(MediaError, match=r"media\.unavailable"):
        connections.open_call(session, engine, admitted, now=now)

    assert admitted.peer is None
    assert admitted.presence == Presence.ADMITTED

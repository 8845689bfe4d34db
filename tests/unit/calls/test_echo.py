"""Connections of somebody to themselves, to measure their network."""

from __future__ import annotations

from datetime import datetime

import pytest
from sqlalchemy import delete
from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import ObjectDeletedError

from kiosk.calls import connections, participants
from kiosk.calls.model import Participant, Presence
from kiosk.errors import MediaError
from kiosk.storage.database import writing
from tests.builders.remembering_engine import RememberingEngine


def test_the_network_is_measured_before_anybody_is_let_in(
    session: Session, engine: RememberingEngine, amina: Participant
):
    offer = connections.open_echo(session, engine, amina)

    assert engine.peers == {offer.peer: (f"echo-{amina.id}", str(amina.id), True)}
    assert amina.peer is None


def test_one_room_has_six_echo_connections_and_their_places_are_free_once_they_end(
    session: Session, engine: RememberingEngine, amina: Participant, now: datetime
):
    with writing(session):
        others = [
            participants.arrive(session, amina.room, language="fr", now=now) for _ in range(6)
        ]
    for other in others:
        connections.open_echo(session, engine, other)

    with pytest.raises(MediaError) as refused:
        connections.open_echo(session, engine, amina)
    engine.leave(str(others[0].echo_peer))
    offer = connections.open_echo(session, engine, amina)

    assert (refused.value.code, refused.value.status) == ("media.echo_busy", 503)
    assert offer.peer in engine.peers


def test_a_second_measure_ends_the_first(
    session: Session, engine: RememberingEngine, amina: Participant
):
    connections.open_echo(session, engine, amina)

    second = connections.open_echo(session, engine, amina)

    assert list(engine.peers) == [second.peer]


def test_ending_the_measure_leaves_the_person_where_they_are(
    session: Session, engine: RememberingEngine, amina: Participant
):
    offer = connections.open_echo(session, engine, amina)

    connections.end_echo(session, engine, amina, offer.peer)

    assert engine.peers == {}
    assert amina.presence == Presence.ON_PATH


def test_a_measure_that_is_ended_twice_or_late_puts_nobody_out(
    session: Session, engine: RememberingEngine, admitted: Participant
):
    offer = connections.open_echo(session, engine, admitted)

    for _ in range(2):
        connections.end_echo(session, engine, admitted, offer.peer)

    assert admitted.presence == Presence.ADMITTED


def test_the_sixth_echo_connection_of_a_room_is_made(
    session: Session, engine: RememberingEngine, amina: Participant, now: datetime
):
    with writing(session):
        five = [participants.arrive(session, amina.room, language="fr", now=now) for _ in range(5)]
    for other in five:
        connections.open_echo(session, engine, other)

    connections.open_echo(session, engine, amina)

    assert len(engine.peers) == 6


def test_the_measure_of_somebody_erased_meanwhile_is_ended(
    session: Session, engine: RememberingEngine, amina: Participant
):
    def erase() -> None:
        with writing(session):
            # As another process would: this session does not know.
            unseen = {"synchronize_session": False}
            session.execute(delete(Participant), execution_options=unseen)

    engine.while_joining = erase

    with pytest.raises(ObjectDeletedError):
        connections.open_echo(session, engine, amina)

    assert engine.peers == {}


def test_ending_a_measure_that_is_not_theirs_ends_nothing(
    session: Session, engine: RememberingEngine, amina: Participant, now: datetime
):
    with writing(session):
        robert = participants.arrive(session, amina.room, language="fr", now=now)
    own = connections.open_echo(session, engine, amina).peer
    other = connections.open_echo(session, engine, robert).peer

    connections.end_echo(session, engine, amina, other)

    assert list(engine.peers) == [own, other]
    assert amina.echo_peer == own


def test_a_measure_that_was_ended_is_written_nowhere(
    session: Session, engine: RememberingEngine, amina: Participant
):
    peer = connections.open_echo(session, engine, amina).peer

    connections.end_echo(session, engine, amina, peer)

    assert amina.echo_peer is None

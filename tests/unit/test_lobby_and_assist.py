"""Arriving, knocking, being admitted or not; being stuck and helped."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from kiosk.appointments.model import Appointment
from kiosk.assist import helping
from kiosk.assist import store as assist
from kiosk.assist.model import Author
from kiosk.calls import admission, connections, ending, participants, plane_events, presence
from kiosk.calls import store as calls
from kiosk.calls.model import Participant, Presence, Refusal
from kiosk.errors import Conflict, KioskError, NotAllowed, NotFound
from kiosk.houses.model import Agent
from kiosk.storage import revisions
from kiosk.storage.database import writing
from kiosk.visits import finding, progress, results
from kiosk.visits.model import Visit


@pytest.fixture
def amina(session: Session, aminas: Appointment, now: datetime) -> Participant:
    with writing(session):
        return participants.arrive(session, aminas.room, language="fr", now=now)


@pytest.fixture
def visit(session: Session, amina: Participant, now: datetime) -> Visit:
    with writing(session):
        return progress.begin(session, amina, now=now)


def test_nobody_enters_the_call_before_an_agent_says_so(
    session: Session, amina: Participant, now: datetime
):
    with writing(session):
        admission.knock(session, amina, now=now)

    with pytest.raises(NotAllowed, match=r"lobby\.not_admitted"):
        connections.note_peer(amina, "peer-1", now=now)


def test_an_admitted_citizen_enters_and_is_in_the_call_once_media_flows(
    session: Session, amina: Participant, now: datetime
):
    with writing(session):
        admission.knock(session, amina, now=now)
        admission.admit(session, amina, now=now)
        connections.note_peer(amina, "peer-1", now=now)
        plane_events.connected(session, "peer-1", now=now)

    assert amina.presence == Presence.IN_CALL


def test_a_second_page_replaces_the_first_peer(session: Session, amina: Participant, now: datetime):
    with writing(session):
        admission.admit(session, amina, now=now)
        connections.note_peer(amina, "peer-1", now=now)
        replaced = connections.note_peer(amina, "peer-2", now=now)

    assert replaced == "peer-1"


@pytest.mark.parametrize("reason", ["consent_expired", "failed", "closed"])
def test_a_lost_connection_may_come_back_without_knocking(
    session: Session, amina: Participant, now: datetime, reason: str
):
    with writing(session):
        admission.admit(session, amina, now=now)
        connections.note_peer(amina, "peer-1", now=now)
        plane_events.connected(session, "peer-1", now=now)
        plane_events.gone(session, "peer-1", reason, now=now)

    assert amina.presence == Presence.ADMITTED
    assert amina.peer is None


def test_a_lapsed_prejoin_connection_nudges_no_page(
    session: Session, amina: Participant, now: datetime
):
    with writing(session):
        admission.admit(session, amina, now=now)
        connections.note_peer(amina, "peer-1", now=now)
    before = revisions.current(session, calls.room_topic(amina.room_id))
    with writing(session):
        plane_events.gone(session, "peer-1", "lapsed", now=now + timedelta(seconds=30))

    assert (amina.presence, amina.presence_since) == (Presence.ADMITTED, now)
    assert amina.peer is None
    assert revisions.current(session, calls.room_topic(amina.room_id)) == before


def test_hanging_up_ends_the_presence(session: Session, amina: Participant, now: datetime):
    with writing(session):
        admission.admit(session, amina, now=now)
        connections.note_peer(amina, "peer-1", now=now)
        plane_events.connected(session, "peer-1", now=now)
        plane_events.gone(session, "peer-1", "left", now=now)

    assert amina.presence == Presence.LEFT


def test_a_refused_citizen_reads_why_and_may_knock_again(
    session: Session, amina: Participant, now: datetime
):
    with writing(session):
        admission.knock(session, amina, now=now)
        ending.refuse(session, amina, Refusal.AGENT_BUSY, ending.Connections(), now=now)

    assert (amina.presence, amina.refusal) == (Presence.REFUSED, Refusal.AGENT_BUSY)
    with writing(session):
        admission.knock(session, amina, now=now)
    assert (amina.presence, amina.refusal) == (Presence.WAITING, None)


def test_somebody_in_the_call_is_put_out_by_a_refusal(
    session: Session, amina: Participant, now: datetime
):
    with writing(session):
        admission.admit(session, amina, now=now)
        connections.note_peer(amina, "peer-1", now=now)
        plane_events.connected(session, "peer-1", now=now)

    ended = ending.Connections()
    with writing(session):
        ending.refuse(session, amina, Refusal.AGENT_BUSY, ended, now=now)

    assert (amina.presence, amina.refusal) == (Presence.REFUSED, Refusal.AGENT_BUSY)
    assert (amina.peer, ended.peers) == (None, {"peer-1": "refused"})


def test_somebody_who_left_can_be_neither_refused_nor_let_in(
    session: Session, amina: Participant, now: datetime
):
    with writing(session):
        presence.apply(session, amina, presence.Event.HANG_UP, now=now)

    with pytest.raises(Conflict, match=r"lobby\.already_left"):
        ending.refuse(session, amina, Refusal.AGENT_BUSY, ending.Connections(), now=now)
    with pytest.raises(Conflict, match=r"lobby\.already_left"):
        admission.admit(session, amina, now=now)


def test_each_step_is_announced_to_the_house_but_a_heartbeat_is_not(
    session: Session, visit: Visit, aminas: Appointment, now: datetime
):
    topic = f"house:{aminas.house_id}"
    before = revisions.current(session, topic)

    with writing(session):
        progress.reach(session, visit, "camera", now=now)
        progress.beat(session, visit, now=now + timedelta(seconds=15))

    assert revisions.current(session, topic) == before + 1
    assert visit.participant.seen_at == now + timedelta(seconds=15)


def test_a_failed_check_is_the_last_error_until_the_same_check_passes(
    session: Session, visit: Visit, now: datetime
):
    with writing(session):
        results.judge_check(session, visit, "camera", figures=None, error="denied", now=now)
    assert results.current(session, visit).last_error == "camera.denied"

    with writing(session):
        results.judge_check(session, visit, "camera", figures=None, error=None, now=now)
    checks = results.current(session, visit)
    assert checks.last_error is None
    assert checks["camera"].verdict == "good"


def test_being_stuck_keeps_the_first_hour_and_the_latest_reason(
    session: Session, visit: Visit, now: datetime
):
    with writing(session):
        helping.ask_for_help(session, visit, "camera.denied", now=now)
        helping.ask_for_help(session, visit, "sound.unheard", now=now + timedelta(minutes=1))

    assert visit.stuck_since == now
    assert visit.stuck_reason == "sound.unheard"


def test_an_agent_answers_and_lets_in_from_where_the_citizen_stands(
    session: Session, visit: Visit, lea: Agent, now: datetime
):
    with writing(session):
        helping.ask_for_help(session, visit, "camera.denied", now=now)
        helping.say(
            session, visit, Author.AGENT, " Je vous fais entrer. ", now=now, agent_id=lea.id
        )
        helping.let_in(session, visit, agent_id=lea.id, now=now)

    written = assist.conversation(session, visit.id)
    assert [message.text for message in written] == ["Je vous fais entrer."]
    assert visit.participant.presence == Presence.ADMITTED
    assert visit.stuck_since is None
    events = [entry.event for entry in assist.journal(session, visit.id)]
    assert events == ["stuck", "message.agent", "let_in"]


def test_an_empty_message_is_refused(session: Session, visit: Visit, now: datetime):
    with pytest.raises(KioskError, match=r"help\.empty"):
        helping.say(session, visit, Author.CITIZEN, "  ", now=now)


def test_an_agent_of_another_house_cannot_see_the_visit(session: Session, visit: Visit):
    with pytest.raises(NotFound, match=r"visit\.not_found"):
        finding.for_account(session, visit.id, house_ids=[visit.participant.room.house_id + 1])

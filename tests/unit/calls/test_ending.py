"""What ends an appointment, an admission or a call ends all of it, at once, inside the call too."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from time import monotonic, sleep

import pytest
from sqlalchemy.orm import Session

from kiosk.appointments import booking, departures
from kiosk.appointments.model import Appointment, Status
from kiosk.assist import helping
from kiosk.assist import store as assist
from kiosk.calls import admission, connections, ending, participants, plane_events
from kiosk.calls import store as calls
from kiosk.calls.gate import Gate
from kiosk.calls.model import Participant, Presence, Refusal
from kiosk.errors import Conflict, KioskError
from kiosk.houses.model import Agent
from kiosk.media.engine import GoneReason
from kiosk.notifications import queue
from kiosk.storage import revisions
from kiosk.storage.database import writing
from kiosk.visits import finding, progress
from kiosk.visits import store as visits
from tests.builders.remembering_engine import RememberingEngine

IN_A_WEEK = timedelta(days=7)


class Call:
    """Amina and Léa in the call, Robert connected ahead and testing his network, Olga waiting."""

    def __init__(
        self, session: Session, engine: RememberingEngine, appointment: Appointment, now: datetime
    ) -> None:
        self.session, self.engine, self.appointment, self.now = session, engine, appointment, now
        room = appointment.room
        with writing(session):
            self.lea = participants.take_seat(
                session, room, agent_id=appointment.agent_id, name="Léa Martin", now=now
            )
            self.aminas, self.roberts, self.olgas = (
                progress.enter(session, room, language="fr", now=now) for _ in range(3)
            )
            admission.admit(session, self.amina, now=now)
            admission.admit(session, self.robert, now=now)
            admission.knock(session, self.olga, now=now)
        for one in (self.lea, self.amina):
            offer = connections.open_call(session, engine, one, now=now)
            with writing(session):
                plane_events.connected(session, offer.peer, now=now)
        connections.open_call(session, engine, self.robert, ahead=True, now=now)
        connections.open_echo(session, engine, self.robert)

    @property
    def amina(self) -> Participant:
        return self.aminas.participant

    @property
    def robert(self) -> Participant:
        return self.roberts.participant

    @property
    def olga(self) -> Participant:
        return self.olgas.participant

    @property
    def presences(self) -> list[Presence]:
        return [one.presence for one in (self.lea, self.amina, self.robert, self.olga)]

    def connected(self, *people: Participant) -> bool:
        """Tell whether exactly these have connections at the plane."""
        return {who for _, who, _ in self.engine.peers.values()} == {str(one.id) for one in people}


@pytest.fixture
def call(session: Session, engine: RememberingEngine, aminas: Appointment, now: datetime) -> Call:
    return Call(session, engine, aminas, now)


def test_the_call_begins_with_two_inside_one_connected_ahead_and_one_waiting(call: Call):
    assert call.presences == ["in_call", "in_call", "admitted", "waiting"]
    assert call.connected(call.lea, call.amina, call.robert)


def cancel(call: Call) -> None:
    booking.cancel(call.session, call.engine, call.appointment, now=call.now)


def close(call: Call) -> None:
    booking.close(call.session, call.engine, call.appointment, Status.ATTENDED, now=call.now)


def move_a_week(call: Call) -> None:
    booking.move(
        call.session,
        call.engine,
        call.appointment,
        starts_at=call.appointment.starts_at + IN_A_WEEK,
        duration_min=30,
        now=call.now,
    )


@pytest.mark.parametrize("ends", [cancel, close, move_a_week])
def test_cancelling_closing_and_moving_away_show_everybody_out_of_the_call(
    call: Call, ends: Callable[[Call], None]
):
    ends(call)

    assert call.presences == ["left"] * 4
    assert call.engine.peers == {}
    for one in (call.amina, call.robert):
        with pytest.raises(KioskError):
            connections.open_call(call.session, call.engine, one, now=call.now)


def put_out(call: Call) -> None:
    helping.remove(call.session, call.engine, call.aminas, agent_id=1, now=call.now)


def put_out_for_a_reason(call: Call) -> None:
    reason = Refusal.WRONG_APPOINTMENT
    helping.turn_away(call.session, call.engine, call.aminas, reason, agent_id=1, now=call.now)


def end_for_all(call: Call) -> None:
    room = call.appointment.room
    helping.end_call(call.session, call.engine, room, agent_id=1, now=call.now)


def hang_up(call: Call) -> None:
    ending.hang_up(call.session, call.engine, call.amina, peer="", now=call.now)


@pytest.mark.parametrize(
    ("ends", "read"),
    [
        (put_out, "removed"),
        (put_out_for_a_reason, "refused"),
        (end_for_all, "ended"),
        (hang_up, "left"),
        (cancel, "room_closed"),
        (close, "room_closed"),
        (move_a_week, "room_closed"),
    ],
)
def test_the_page_reads_why_its_connection_ends(
    call: Call, ends: Callable[[Call], None], read: str
):
    hers = str(call.amina.peer)

    ends(call)

    assert call.engine.ended_because[hers] == read


def test_the_late_hang_up_of_somebody_put_out_does_not_take_them_out_of_the_waiting_room(
    call: Call,
):
    hers = str(call.amina.peer)
    put_out(call)
    with writing(call.session):
        progress.knock(call.session, call.aminas, now=call.now)

    ending.hang_up(call.session, call.engine, call.amina, peer=hers, now=call.now)

    assert call.amina.presence == Presence.WAITING


@pytest.mark.parametrize("ends", [cancel, close, move_a_week])
def test_open_pages_are_nudged_by_what_ended_the_call(call: Call, ends: Callable[[Call], None]):
    topic = calls.room_topic(call.appointment.room_id)
    before = revisions.current(call.session, topic)

    ends(call)

    assert revisions.current(call.session, topic) > before


@pytest.mark.parametrize("ends", [cancel, close, move_a_week])
def test_the_plane_is_asked_after_the_commit_and_its_absence_keeps_nobody_inside(
    call: Call, ends: Callable[[Call], None]
):
    call.engine.down = True

    ends(call)

    call.session.rollback()
    assert call.presences == ["left"] * 4
    assert [one.peer for one in (call.lea, call.amina, call.robert)] == [None] * 3


def test_a_plane_that_answers_late_ends_the_connections_then(
    call: Call, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(ending, "RETRY_AFTER_S", (0.01,) * 500)
    call.engine.down = True
    cancel(call)
    assert call.engine.peers != {}

    call.engine.down = False

    late = monotonic() + 5
    while call.engine.peers and monotonic() < late:
        sleep(0.01)
    assert call.engine.peers == {}


def test_a_plane_that_stays_away_is_asked_again_for_a_minute_in_a_thread_that_keeps_nothing_open(
    monkeypatch: pytest.MonkeyPatch, engine: RememberingEngine
):
    pauses: list[int] = []
    running = set(threading.enumerate())
    at_work = threading.Event()
    monkeypatch.setattr(ending, "sleep", lambda pause: (pauses.append(pause), at_work.wait(5)))
    engine.down = True

    ending.Connections(rooms={"1": GoneReason.ROOM_CLOSED}).close(engine)
    (thread,) = set(threading.enumerate()) - running
    at_work.set()
    thread.join(5)

    assert pauses == [1, 2, 4, 8, 16, 32]
    assert thread.daemon, "a server that stops does not wait for it"


def test_no_write_lock_is_held_while_the_plane_is_asked(call: Call):
    in_transaction: list[bool] = []
    ask = call.engine.close_room

    def noted(room: str, reason: GoneReason) -> None:
        in_transaction.append(call.session.in_transaction())
        ask(room, reason)

    call.engine.close_room = noted  # type: ignore[method-assign]
    cancel(call)

    assert in_transaction == [False]


def test_a_move_within_the_rooms_hours_leaves_the_call_alone(call: Call):
    booking.move(
        call.session,
        call.engine,
        call.appointment,
        starts_at=call.appointment.starts_at + timedelta(minutes=5),
        duration_min=30,
        now=call.now,
    )

    assert call.presences == ["in_call", "in_call", "admitted", "waiting"]
    assert call.connected(call.lea, call.amina, call.robert)


def test_a_refused_move_ends_nothing(call: Call):
    with pytest.raises(KioskError, match=r"booking\.in_the_past"):
        booking.move(
            call.session,
            call.engine,
            call.appointment,
            starts_at=call.now - IN_A_WEEK,
            duration_min=30,
            now=call.now,
        )

    assert call.presences == ["in_call", "in_call", "admitted", "waiting"]
    assert call.connected(call.lea, call.amina, call.robert)


def test_after_a_move_the_same_browser_begins_on_the_path_again(call: Call):
    move_a_week(call)
    next_week = call.now + IN_A_WEEK

    with writing(call.session):
        progress.come_back(call.session, call.aminas, now=next_week)

    assert call.amina.presence == Presence.ON_PATH
    assert admission.over_because(call.amina, next_week) is None


def test_renewed_credentials_show_out_the_citizens_and_keep_the_agent(call: Call, gate: Gate):
    booking.renew_credentials(call.session, call.engine, gate.keys, call.appointment, now=call.now)

    assert call.presences == ["in_call", "left", "left", "left"]
    assert call.connected(call.lea)
    for visit in (call.aminas, call.olgas):
        assert finding.of_browser(call.session, visit.participant_id) is None
        assert admission.over_because(visit.participant, call.now) == "gate.renewed"
    assert admission.over_because(call.lea, call.now) is None


def test_the_new_credentials_begin_a_visit_that_is_valid(call: Call, gate: Gate):
    booking.renew_credentials(call.session, call.engine, gate.keys, call.appointment, now=call.now)
    token = gate.keys.of(call.appointment.room).token

    room = gate.by_link(call.session, token, now=call.now)
    with writing(call.session):
        visit = progress.enter(call.session, room, language="fr", now=call.now)

    assert finding.of_browser(call.session, visit.participant_id) is visit
    assert admission.over_because(visit.participant, call.now) is None


def test_closing_withdraws_the_messages_that_have_not_left(call: Call):
    close(call)

    messages = queue.about(call.session, "appointment", call.appointment.id)
    assert {one.status for one in messages} == {"cancelled"}


def test_a_closed_room_opens_to_nobody_by_its_link(call: Call, gate: Gate):
    close(call)

    with pytest.raises(KioskError, match=r"gate\.closed"):
        gate.by_link(call.session, gate.keys.of(call.appointment.room).token, now=call.now)


def test_refusing_somebody_in_the_call_puts_them_out_and_they_read_why(call: Call, lea: Agent):
    helping.turn_away(
        call.session,
        call.engine,
        call.aminas,
        Refusal.CALL_BY_PHONE,
        agent_id=lea.id,
        now=call.now,
    )

    assert (call.amina.presence, call.amina.refusal) == ("refused", Refusal.CALL_BY_PHONE)
    assert call.connected(call.lea, call.robert)
    journal = assist.journal(call.session, call.aminas.id)
    assert [entry.event for entry in journal] == ["turned_away.call_by_phone"]


def test_a_refused_persons_late_hang_up_does_not_hide_the_refusal(call: Call, lea: Agent):
    peer = call.amina.peer or ""
    helping.turn_away(
        call.session, call.engine, call.aminas, Refusal.AGENT_BUSY, agent_id=lea.id, now=call.now
    )

    ending.hang_up(call.session, call.engine, call.amina, peer=peer, now=call.now)

    assert (call.amina.presence, call.amina.refusal) == ("refused", Refusal.AGENT_BUSY)


def test_somebody_removed_loses_every_connection_and_may_knock_again(call: Call, lea: Agent):
    helping.remove(call.session, call.engine, call.roberts, agent_id=lea.id, now=call.now)

    assert call.robert.presence == Presence.REMOVED
    assert call.connected(call.lea, call.amina)
    with writing(call.session):
        admission.knock(call.session, call.robert, now=call.now)
    assert call.robert.presence == Presence.WAITING


def test_ending_the_call_for_all_leaves_those_who_wait_in_the_waiting_room(call: Call, lea: Agent):
    helping.end_call(
        call.session, call.engine, call.appointment.room, agent_id=lea.id, now=call.now
    )

    assert call.presences == ["left", "left", "left", "waiting"]
    assert [peer for peer, (_, _, echo) in call.engine.peers.items() if not echo] == []
    for visit in (call.aminas, call.roberts):
        assert [e.event for e in assist.journal(call.session, visit.id)] == ["call_ended"]
    assert assist.journal(call.session, call.olgas.id) == []


def test_an_agent_who_no_longer_works_in_the_house_is_put_out_of_its_calls(
    call: Call, lea: Agent, nadia: Agent
):
    departures.remove_from_house(
        call.session,
        call.engine,
        lea.id,
        lea.houses[0],
        by=nadia,
        now=call.now,
        colleague=nadia,
    )

    assert call.presences == ["removed", "in_call", "admitted", "waiting"]
    assert call.connected(call.amina, call.robert)


def test_leaving_the_visit_ends_the_connection_test_too(call: Call):
    ending.leave_visit(call.session, call.engine, call.robert, now=call.now)

    assert call.robert.presence == Presence.LEFT
    assert call.connected(call.lea, call.amina)


@pytest.mark.parametrize("cancelled", [True, False])
def test_nobody_is_let_in_to_a_room_that_is_over(call: Call, lea: Agent, cancelled: bool):
    room = call.appointment.room
    if cancelled:
        cancel(call)
        code, now = r"gate\.cancelled", call.now
    else:
        helping.end_call(call.session, call.engine, room, agent_id=lea.id, now=call.now)
        code, now = r"gate\.closed", room.closes_at

    with pytest.raises(KioskError, match=code), writing(call.session):
        helping.let_in(call.session, call.olgas, agent_id=lea.id, now=now)
    with pytest.raises(KioskError, match=code), writing(call.session):
        participants.take_seat(call.session, room, agent_id=lea.id, name="Léa Martin", now=now)


def test_while_a_call_lasts_longer_an_agent_may_still_let_somebody_in(call: Call, lea: Agent):
    late = call.appointment.room.closes_at + timedelta(minutes=20)

    with writing(call.session):
        helping.let_in(call.session, call.olgas, agent_id=lea.id, now=late)

    assert connections.open_call(call.session, call.engine, call.olga, now=late)


def test_an_agent_may_take_a_seat_before_the_room_opens(
    session: Session, engine: RememberingEngine, aminas: Appointment, lea: Agent, now: datetime
):
    early = aminas.room.opens_at - timedelta(hours=1)
    with writing(session):
        seat = participants.take_seat(
            session, aminas.room, agent_id=lea.id, name="Léa Martin", now=early
        )

    assert connections.open_call(session, engine, seat, now=early).peer == seat.peer


def test_a_closed_appointment_is_neither_cancelled_nor_moved(call: Call):
    close(call)

    for change in (cancel, move_a_week):
        with pytest.raises(Conflict, match=r"booking\.not_open"):
            change(call)


def test_people_who_left_or_were_removed_are_shown_nowhere(call: Call, lea: Agent, now: datetime):
    helping.remove(call.session, call.engine, call.roberts, agent_id=lea.id, now=now)

    shown = visits.present_in_room(call.session, call.appointment.room_id, now=now)

    assert call.aminas in shown
    assert call.roberts not in shown

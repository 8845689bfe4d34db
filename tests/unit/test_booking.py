"""Booking, moving, cancelling; the room and the messages follow."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from kiosk.appointments import booking, invitations, retention, store
from kiosk.appointments.model import Appointment, Status
from kiosk.calls.gate import Gate
from kiosk.calls.model import RoomState
from kiosk.errors import Conflict, KioskError, NotFound
from kiosk.houses.model import Agent, House
from kiosk.notifications import queue
from kiosk.storage import revisions
from kiosk.storage.database import writing
from kiosk.visits import opening
from tests.builders import cast
from tests.builders.remembering_engine import RememberingEngine


def test_a_booking_has_its_link_code_and_password_at_once(gate: Gate, aminas: Appointment):
    credentials = gate.keys.of(aminas.room)

    assert len(credentials.token) == 22
    assert len(credentials.spoken_code) == 11
    assert credentials.password.isalpha()
    assert len(credentials.password) == 6


def test_the_database_holds_none_of_them_in_clear(gate: Gate, aminas: Appointment):
    credentials = gate.keys.of(aminas.room)

    stored = " ".join(str(value) for value in vars(aminas.room).values())

    assert credentials.token not in stored
    assert credentials.code not in stored
    assert credentials.password not in stored


def test_another_secret_key_does_not_derive_the_same_link(gate: Gate, aminas: Appointment):
    other = Gate.with_secret("another secret, just as long as the first one")

    assert other.keys.of(aminas.room) != gate.keys.of(aminas.room)


def test_the_link_follows_a_move_and_only_the_new_reminder_is_waiting(
    session: Session, engine: RememberingEngine, gate: Gate, aminas: Appointment, now: datetime
):
    before = gate.keys.of(aminas.room)
    tomorrow = now + timedelta(days=1)

    booking.move(session, engine, aminas, starts_at=tomorrow, duration_min=45, now=now)

    assert gate.keys.of(aminas.room) == before
    waiting = [m for m in queue.about(session, "appointment", aminas.id) if m.status == "queued"]
    assert [m.kind for m in waiting] == ["appointment_moved", "appointment_reminder"]
    assert waiting[1].due_at == tomorrow - timedelta(minutes=15)


def test_cancelling_withdraws_the_reminder_and_tells_the_citizen(
    session: Session, engine: RememberingEngine, aminas: Appointment, now: datetime
):
    booking.cancel(session, engine, aminas, now=now)

    waiting = [
        m.kind for m in queue.about(session, "appointment", aminas.id) if m.status == "queued"
    ]
    assert waiting == ["appointment_cancellation"]
    assert aminas.version == 2


def test_a_cancelled_appointment_can_be_neither_moved_nor_cancelled_again(
    session: Session, engine: RememberingEngine, aminas: Appointment, now: datetime
):
    booking.cancel(session, engine, aminas, now=now)

    with pytest.raises(Conflict, match=r"booking\.not_open"):
        booking.cancel(session, engine, aminas, now=now)
    with pytest.raises(Conflict, match=r"booking\.not_open"):
        booking.move(session, engine, aminas, starts_at=now, duration_min=30, now=now)


def test_nobody_books_in_the_past(
    session: Session, engine: RememberingEngine, aminas: Appointment, now: datetime
):
    with pytest.raises(KioskError, match=r"booking\.in_the_past"):
        booking.move(
            session, engine, aminas, starts_at=now - timedelta(hours=2), duration_min=30, now=now
        )


@pytest.mark.parametrize(
    ("starts", "ends", "is_found"),
    [(-15, 0, False), (-15, 1, True), (10, 20, True), (29, 60, True), (30, 45, False)],
)
def test_an_overlap_of_the_same_agent_is_found(
    session: Session, aminas: Appointment, starts: int, ends: int, is_found: bool
):
    start = aminas.starts_at + timedelta(minutes=starts)
    end = aminas.starts_at + timedelta(minutes=ends)

    clash = store.clashing(session, agent_id=aminas.agent_id, start=start, end=end)

    assert clash is (aminas if is_found else None)


def test_no_overlap_is_found_with_itself_with_a_colleague_or_with_what_was_cancelled(
    session: Session, engine: RememberingEngine, aminas: Appointment, nadia: Agent, now: datetime
):
    hours = {"start": aminas.starts_at, "end": aminas.ends_at}

    assert store.clashing(session, agent_id=aminas.agent_id, but=aminas.id, **hours) is None
    assert store.clashing(session, agent_id=nadia.id, **hours) is None
    booking.cancel(session, engine, aminas, now=now)
    assert store.clashing(session, agent_id=aminas.agent_id, **hours) is None
    assert aminas.is_cancelled


def test_the_appointments_of_a_day_are_those_of_the_house_from_its_start_to_before_its_end(
    session: Session,
    gate: Gate,
    book: Callable[..., Appointment],
    castillon: House,
    now: datetime,
):
    karim = cast.account(session, castillon, "karim", "Karim Haddad")
    start, end = now + timedelta(hours=1), now + timedelta(hours=2)
    last = book(citizen_name="Last", starts_at=end - timedelta(seconds=1))
    first = book(citizen_name="First", starts_at=start)
    book(citizen_name="Before", starts_at=start - timedelta(seconds=1))
    book(citizen_name="After", starts_at=end)
    cast.booked(session, gate.keys, karim, citizen_name="Elsewhere", starts_at=start, now=now)

    found = store.between(session, house_id=first.house_id, start=start, end=end)

    assert list(found) == [first, last]


def test_the_appointment_of_a_room_is_found_by_its_room_only(
    session: Session, gate: Gate, book: Callable[..., Appointment], sainte_foy: House, now: datetime
):
    one, two = book(), book()
    arrival = opening.Arrival(house_id=sainte_foy.id, language="fr")
    with writing(session):
        without = opening.walk_in(session, gate.keys, arrival, now=now).visit.participant.room

    assert store.of_room(session, two.room_id) is two
    assert store.of_rooms(session, [one.room_id, without.id]) == {one.room_id: one}


def test_an_agent_of_another_house_cannot_find_it(session: Session, aminas: Appointment):
    with pytest.raises(NotFound, match=r"appointment\.not_found"):
        store.appointment(session, aminas.id, house_ids={aminas.house_id + 1})


def test_the_invitation_never_names_the_reason(session: Session, gate: Gate, aminas: Appointment):
    values = invitations.values_of(
        session, gate.keys, aminas.id, public_url="https://visio.example"
    )

    assert values is not None
    assert "logement" not in repr(values)
    for secret in (values.join_url, values.room_code, values.password):
        assert secret not in repr(values)
    assert values.join_url.startswith("https://visio.example/rdv#")


def test_as_a_subject_of_messages_an_appointment_has_values_until_it_is_erased(
    session: Session, gate: Gate, aminas: Appointment
):
    subject = invitations.AppointmentSubject(keys=gate.keys, public_url="https://visio.example")

    values = subject.values(session, aminas.id)

    assert values == invitations.values_of(
        session, gate.keys, aminas.id, public_url="https://visio.example"
    )
    assert subject.values(session, aminas.id + 1) is None


def test_a_change_of_its_messages_nudges_the_pages_of_the_house_and_of_the_room(
    session: Session, gate: Gate, aminas: Appointment
):
    subject = invitations.AppointmentSubject(keys=gate.keys, public_url="https://visio.example")
    topics = (f"house:{aminas.house_id}", f"room:{aminas.room_id}")
    before = [revisions.current(session, topic) for topic in topics]

    with writing(session):
        subject.announce(session, aminas.id)
        subject.announce(session, aminas.id + 1)

    after = [revisions.current(session, topic) for topic in topics]
    assert after == [revision + 1 for revision in before]


@pytest.mark.parametrize("status", [Status.ATTENDED, Status.NO_SHOW])
def test_a_closed_appointment_sends_nothing_more(
    session: Session,
    engine: RememberingEngine,
    aminas: Appointment,
    now: datetime,
    status: Status,
):
    booking.close(session, engine, aminas, status, now=now)

    left = {message.status for message in queue.about(session, "appointment", aminas.id)}
    assert left == {"cancelled"}


def test_attendance_is_recorded_once(
    session: Session, engine: RememberingEngine, aminas: Appointment, now: datetime
):
    booking.close(session, engine, aminas, Status.ATTENDED, now=now)

    with pytest.raises(Conflict):
        booking.close(session, engine, aminas, Status.NO_SHOW, now=now)


def test_a_booking_within_the_quarter_of_an_hour_sends_one_message_with_the_link(
    session: Session, engine: RememberingEngine, aminas: Appointment, now: datetime
):
    booking.move(
        session, engine, aminas, starts_at=now + timedelta(minutes=10), duration_min=30, now=now
    )

    waiting = [m for m in queue.about(session, "appointment", aminas.id) if m.status == "queued"]
    assert [(m.kind, m.due_at) for m in waiting] == [("appointment_reminder", now)]


@pytest.mark.parametrize("minutes", [15, 20, 30, 45, 60, 90])
def test_a_room_opens_half_an_hour_before_and_closes_an_hour_after_the_planned_end(
    session: Session, gate: Gate, lea: Agent, now: datetime, minutes: int
):
    start = now + timedelta(hours=3)
    with writing(session):
        wish = cast.wish(lea, now=now, starts_at=start, duration_min=minutes)
        made = booking.book(session, gate.keys, wish, now=now)

    assert made.room.opens_at == start - timedelta(minutes=30)
    assert made.room.closes_at == start + timedelta(minutes=minutes + 60)


def test_a_move_moves_the_rooms_hours(
    session: Session, engine: RememberingEngine, aminas: Appointment, now: datetime
):
    start = now + timedelta(days=2)

    booking.move(session, engine, aminas, starts_at=start, duration_min=45, now=now)

    assert aminas.room.opens_at == start - timedelta(minutes=30)
    assert aminas.room.closes_at == start + timedelta(minutes=45 + 60)
    assert (aminas.version, aminas.ends_at) == (2, start + timedelta(minutes=45))


@pytest.mark.parametrize("second", [0, 1])
def test_a_year_and_a_day_is_the_farthest_that_can_be_booked(
    session: Session, gate: Gate, lea: Agent, now: datetime, second: int
):
    far = cast.wish(lea, now=now, starts_at=now + timedelta(days=366, seconds=second))

    if second:
        with pytest.raises(KioskError, match=r"booking\.too_far"), writing(session):
            booking.book(session, gate.keys, far, now=now)
    else:
        with writing(session):
            assert booking.book(session, gate.keys, far, now=now).starts_at == far.starts_at


@pytest.mark.parametrize("second", [0, 1])
def test_an_appointment_that_is_not_over_yet_can_still_be_booked(
    session: Session, gate: Gate, lea: Agent, now: datetime, second: int
):
    late = cast.wish(
        lea, now=now, starts_at=now - timedelta(minutes=30) + timedelta(seconds=second)
    )

    if second:
        with writing(session):
            assert booking.book(session, gate.keys, late, now=now).ends_at > now
    else:
        with pytest.raises(KioskError, match=r"booking\.in_the_past"), writing(session):
            booking.book(session, gate.keys, late, now=now)


@pytest.mark.parametrize("minutes", [0, 31, -30, 91])
def test_only_the_durations_of_the_list_can_be_booked(
    session: Session, gate: Gate, lea: Agent, now: datetime, minutes: int
):
    odd = cast.wish(lea, now=now, starts_at=now + timedelta(hours=1), duration_min=minutes)

    with pytest.raises(KioskError, match=r"booking\.bad_duration"), writing(session):
        booking.book(session, gate.keys, odd, now=now)


def test_recording_attendance_closes_the_room(
    session: Session, engine: RememberingEngine, aminas: Appointment, now: datetime
):
    booking.close(session, engine, aminas, Status.ATTENDED, now=now)

    assert aminas.room.state == RoomState.CLOSED


def test_people_are_forgotten_in_appointments_that_started_before_the_given_instant(
    session: Session, aminas: Appointment
):
    for before, name in (
        (aminas.starts_at, "Amina Benali"),
        (aminas.starts_at + timedelta(seconds=1), ""),
    ):
        with writing(session):
            retention.forget_people(session, before=before)
        session.expire_all()
        assert aminas.citizen_name == name


def test_only_attended_and_no_show_close_an_appointment(
    session: Session, engine: RememberingEngine, aminas: Appointment, now: datetime
):
    with pytest.raises(ValueError, match="cancelled_by_agent"):
        booking.close(session, engine, aminas, Status.CANCELLED_BY_AGENT, now=now)

    assert aminas.status == Status.BOOKED


def test_what_becomes_of_an_appointment_nudges_the_pages_of_its_house(
    session: Session,
    engine: RememberingEngine,
    gate: Gate,
    lea: Agent,
    aminas: Appointment,
    now: datetime,
):
    topic = f"house:{lea.houses[0].id}"
    soon = now + timedelta(hours=1)

    def book() -> Appointment:
        with writing(session):
            return booking.book(
                session, gate.keys, cast.wish(lea, now=now, starts_at=soon), now=now
            )

    def nudged(act: Callable[[], object]) -> bool:
        before = revisions.current(session, topic)
        act()
        return revisions.current(session, topic) > before

    roberts = book()
    assert nudged(book)
    assert nudged(
        lambda: booking.move(session, engine, aminas, starts_at=soon, duration_min=30, now=now)
    )
    assert nudged(lambda: booking.close(session, engine, aminas, Status.NO_SHOW, now=now))
    assert nudged(lambda: booking.renew_credentials(session, engine, gate.keys, roberts, now=now))
    assert nudged(lambda: booking.cancel(session, engine, roberts, now=now))

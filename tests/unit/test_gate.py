"""Who may enter a room, and what guessing costs."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

import pytest
from sqlalchemy import update
from sqlalchemy.event import listen
from sqlalchemy.orm import Session

from kiosk.appointments import booking
from kiosk.appointments.model import Appointment
from kiosk.calls import guesses, store
from kiosk.calls.gate import WRONG_PASSWORDS_A_ROOM_BEARS, Gate
from kiosk.calls.guesses import BOUNDS, Who
from kiosk.calls.model import GateTries, Guesser
from kiosk.errors import KioskError, NotFound, TooManyTries
from kiosk.storage import revisions
from kiosk.storage.database import writing
from tests.builders.remembering_engine import RememberingEngine

AMINA = Who(browser="amina-s", address="198.51.100.7")
LOCKED_AT = BOUNDS[Guesser.BROWSER].locked_at


def pause_after(failures: int) -> timedelta:
    return BOUNDS[Guesser.BROWSER].pause_after(failures)


def guess_until_locked(session: Session, gate: Gate, now: datetime) -> datetime:
    """Guess as a patient stranger would, waiting out each pause; return the hour it took."""
    for failure in range(1, LOCKED_AT + 1):
        with pytest.raises(NotFound, match=r"gate\.wrong"):
            gate.by_code(session, "000000000", "bababa", who=AMINA, now=now)
        now += pause_after(failure) if failure < LOCKED_AT else timedelta(0)
    return now


def test_the_link_opens_its_room(session: Session, gate: Gate, aminas: Appointment, now: datetime):
    token = gate.keys.of(aminas.room).token

    room = gate.by_link(session, token, now=now)

    assert room.id == aminas.room_id


def test_code_and_password_open_it_however_they_are_typed(
    session: Session, gate: Gate, aminas: Appointment, now: datetime
):
    credentials = gate.keys.of(aminas.room)

    room = gate.by_code(
        session,
        credentials.spoken_code.replace(" ", "-"),
        f" {credentials.password.upper()} ",
        who=AMINA,
        now=now,
    )

    assert room.id == aminas.room_id


def test_a_wrong_password_looks_like_a_wrong_code(
    session: Session, gate: Gate, aminas: Appointment, now: datetime
):
    code = gate.keys.of(aminas.room).code

    with pytest.raises(NotFound) as wrong_password:
        gate.by_code(session, code, "bababa", who=AMINA, now=now)
    with pytest.raises(NotFound) as wrong_code:
        gate.by_code(session, "000000000", "bababa", who=AMINA, now=now)

    assert wrong_password.value.code == wrong_code.value.code == "gate.wrong"
    assert wrong_password.value.values == wrong_code.value.values == {}


def test_the_third_wrong_try_makes_the_next_one_wait(
    session: Session, gate: Gate, aminas: Appointment, now: datetime
):
    for _ in range(3):
        with pytest.raises(NotFound):
            gate.by_code(session, "1", "x", who=AMINA, now=now)

    with pytest.raises(TooManyTries) as slowed:
        gate.by_code(session, "1", "x", who=AMINA, now=now)

    assert slowed.value.code == "gate.slow"
    assert slowed.value.values["retry_after_s"] == 1


def test_the_eighth_locks_the_browser_for_codes_and_not_for_its_link(
    session: Session, gate: Gate, aminas: Appointment, now: datetime
):
    later = guess_until_locked(session, gate, now)
    keys = gate.keys.of(aminas.room)

    with pytest.raises(TooManyTries, match=r"gate\.locked"):
        gate.by_code(session, keys.code, keys.password, who=AMINA, now=later)
    assert gate.by_link(session, keys.token, now=later).id == aminas.room_id
    assert [(one.kind, one.failures) for one in store.locked(session, later)] == [
        (Guesser.BROWSER, LOCKED_AT)
    ]


def test_a_lock_is_announced_to_the_agents(
    session: Session, gate: Gate, aminas: Appointment, now: datetime
):
    before = revisions.current(session, f"house:{aminas.house_id}")

    guess_until_locked(session, gate, now)

    assert revisions.current(session, f"house:{aminas.house_id}") == before + 1


def test_an_agent_releases_what_is_locked(
    session: Session, gate: Gate, aminas: Appointment, now: datetime
):
    later = guess_until_locked(session, gate, now)
    keys = gate.keys.of(aminas.room)

    for one in store.locked(session, later):
        gate.release(session, one.digest)

    assert gate.by_code(session, keys.code, keys.password, who=AMINA, now=later)


def test_another_browser_behind_the_same_address_is_not_punished(
    session: Session, gate: Gate, aminas: Appointment, now: datetime
):
    later = guess_until_locked(session, gate, now)
    keys = gate.keys.of(aminas.room)
    neighbour = Who(browser="robert-s", address=AMINA.address)

    room = gate.by_code(session, keys.code, keys.password, who=neighbour, now=later)

    assert room.id == aminas.room_id


def test_the_right_code_takes_back_what_its_browser_counted(
    session: Session, gate: Gate, aminas: Appointment, now: datetime
):
    keys = gate.keys.of(aminas.room)
    for _ in range(2):
        with pytest.raises(NotFound):
            gate.by_code(session, "1", "x", who=AMINA, now=now)

    gate.by_code(session, keys.code, keys.password, who=AMINA, now=now)

    assert store.tries(session, gate.guesses.digests(AMINA, keys.code)) == []


def test_an_ipv6_neighbour_counts_as_the_same_address(gate: Gate):
    of = gate.guesses.of_address
    assert of("2001:db8::1") == of("2001:db8::ffff:1")
    assert of("2001:db8::1") != of("2001:db8:0:1::1")
    assert of("::ffff:198.51.100.7") == of("198.51.100.7")


def test_the_right_code_takes_no_write_lock_when_nothing_was_counted(
    session: Session, gate: Gate, aminas: Appointment, now: datetime
):
    keys = gate.keys.of(aminas.room)
    begun: list[str] = []
    listen(session.get_bind(), "before_cursor_execute", lambda *a: begun.append(a[2]))

    gate.by_code(session, keys.code, keys.password, who=AMINA, now=now)
    gate.by_link(session, keys.token, now=now)

    assert [one for one in begun if one.startswith(("INSERT", "UPDATE", "BEGIN IMM"))] == []


def test_a_locked_browser_takes_no_write_lock(
    session: Session, gate: Gate, aminas: Appointment, now: datetime
):
    now = guess_until_locked(session, gate, now)
    begun: list[str] = []
    listen(session.get_bind(), "before_cursor_execute", lambda *a: begun.append(a[2]))

    with pytest.raises(TooManyTries):
        gate.by_code(session, "000000000", "bababa", who=AMINA, now=now)

    assert [one for one in begun if one.startswith(("INSERT", "UPDATE", "BEGIN IMM"))] == []


def test_a_try_that_waited_while_others_were_wrong_is_refused_like_the_next_one(
    session: Session,
    gate: Gate,
    aminas: Appointment,
    now: datetime,
    monkeypatch: pytest.MonkeyPatch,
):
    right = gate.keys.of(aminas.room)
    with pytest.raises(NotFound):
        gate.by_code(session, right.code, "bababa", who=AMINA, now=now)

    @contextmanager
    def after_the_others(session: Session) -> Iterator[Session]:
        with writing(session):
            session.execute(
                update(GateTries).values(closed_until=now + timedelta(seconds=3)),
                execution_options={"synchronize_session": False},
            )
        with writing(session):
            yield session

    monkeypatch.setattr("kiosk.calls.gate.writing", after_the_others)

    with pytest.raises(TooManyTries, match=r"gate\.slow"):
        gate.by_code(session, right.code, right.password, who=AMINA, now=now)


def test_too_early_says_when_and_whom_to_call(
    session: Session, engine: RememberingEngine, gate: Gate, aminas: Appointment, now: datetime
):
    booking.move(
        session, engine, aminas, starts_at=now + timedelta(days=1), duration_min=30, now=now
    )

    with pytest.raises(KioskError, match=r"gate\.too_early") as refused:
        gate.by_link(session, gate.keys.of(aminas.room).token, now=now)

    assert refused.value.values["opens_at"] == now + timedelta(hours=23, minutes=30)
    assert refused.value.values["phone"] == aminas.house.phone


def test_a_cancelled_appointment_closes_the_door_for_good(
    session: Session, engine: RememberingEngine, gate: Gate, aminas: Appointment, now: datetime
):
    booking.cancel(session, engine, aminas, now=now)

    with pytest.raises(KioskError, match=r"gate\.cancelled"):
        gate.by_link(session, gate.keys.of(aminas.room).token, now=now)


def test_an_hour_after_the_planned_end_the_door_is_closed(
    session: Session, gate: Gate, aminas: Appointment, now: datetime
):
    after = aminas.ends_at + timedelta(minutes=60)

    with pytest.raises(KioskError, match=r"gate\.closed"):
        gate.by_link(session, gate.keys.of(aminas.room).token, now=after)


@pytest.mark.parametrize(
    ("failures", "seconds"),
    [(1, 0), (2, 0), (3, 1), (4, 2), (5, 4), (6, 8), (7, 16), (8, 900), (9, 900)],
)
def test_each_wrong_try_after_the_second_doubles_the_wait_until_the_lock(
    failures: int, seconds: int
):
    assert pause_after(failures) == timedelta(seconds=seconds)


def test_the_wait_is_over_at_the_second_it_names(
    session: Session, gate: Gate, aminas: Appointment, now: datetime
):
    for _ in range(3):
        with pytest.raises(NotFound):
            gate.by_code(session, "1", "x", who=AMINA, now=now)

    keys = gate.keys.of(aminas.room)
    again = now + timedelta(seconds=1)
    assert gate.by_code(session, keys.code, keys.password, who=AMINA, now=again)


@pytest.mark.parametrize(("minutes", "failures"), [(15, 6), (19, 6), (20, 5), (40, 1)])
def test_one_wrong_try_is_forgotten_every_five_minutes(
    session: Session,
    gate: Gate,
    aminas: Appointment,
    now: datetime,
    minutes: int,
    failures: int,
):
    later = guess_until_locked(session, gate, now)

    with pytest.raises(NotFound):
        gate.by_code(session, "1", "x", who=AMINA, now=later + timedelta(minutes=minutes))

    digests = gate.guesses.digests(AMINA, "1")
    counts = {one.kind: one for one in store.tries(session, digests)}
    assert counts[Guesser.BROWSER].failures == failures
    assert counts[Guesser.BROWSER].locked is False


def test_a_room_whose_password_was_guessed_thirty_times_opens_by_its_link_only(
    session: Session, gate: Gate, aminas: Appointment, now: datetime
):
    right = gate.keys.of(aminas.room)
    assert WRONG_PASSWORDS_A_ROOM_BEARS == 30
    for guess in range(29):
        with pytest.raises(NotFound):
            gate.by_code(session, right.code, "bababa", who=Who(f"{guess}", "192.0.2.9"), now=now)
        for digest in gate.guesses.digests(Who("", ""), right.code):
            gate.release(session, digest)  # the code's own count is not what is tested here
    assert gate.by_code(session, right.code, right.password, who=AMINA, now=now)

    with pytest.raises(NotFound):
        gate.by_code(session, right.code, "bababa", who=Who("another", "192.0.2.2"), now=now)

    with pytest.raises(NotFound):
        gate.by_code(session, right.code, right.password, who=Who("another", "192.0.2.3"), now=now)
    assert gate.by_link(session, right.token, now=now)


def test_a_code_that_an_agent_opens_again_has_thirty_wrong_passwords_before_it_once_more(
    session: Session, gate: Gate, aminas: Appointment
):
    aminas.room.wrong_passwords = 30
    session.commit()

    gate.reopen_code(session, aminas.room)

    assert aminas.room.wrong_passwords == 0


def test_only_the_thirtieth_wrong_password_of_a_room_is_announced_to_its_agents(
    session: Session, gate: Gate, aminas: Appointment, now: datetime
):
    right = gate.keys.of(aminas.room)
    topic = store.room_topic(aminas.room_id)

    def nudged_by_a_wrong_one_after(earlier: int) -> bool:
        aminas.room.wrong_passwords = earlier
        session.commit()
        before = revisions.current(session, topic)
        somebody = Who(f"browser-{earlier}", f"192.0.2.{earlier}")
        with pytest.raises(NotFound):
            gate.by_code(session, right.code, "bababa", who=somebody, now=now)
        return revisions.current(session, topic) > before

    assert not nudged_by_a_wrong_one_after(28)
    assert nudged_by_a_wrong_one_after(29)


def test_the_room_can_be_entered_from_its_first_second_until_just_before_its_last(
    session: Session, gate: Gate, aminas: Appointment
):
    token, room, second = gate.keys.of(aminas.room).token, aminas.room, timedelta(seconds=1)

    for moment in (room.opens_at, room.closes_at - second):
        assert gate.by_link(session, token, now=moment)
    with pytest.raises(KioskError, match=r"gate\.too_early") as early:
        gate.by_link(session, token, now=room.opens_at - second)
    with pytest.raises(KioskError, match=r"gate\.closed") as late:
        gate.by_link(session, token, now=room.closes_at)
    assert (early.value.status, late.value.status) == (403, 410)


@pytest.mark.parametrize(
    ("kind", "minutes"), [(Guesser.BROWSER, 5), (Guesser.CODE, 5), (Guesser.ADDRESS, 1)]
)
def test_each_count_forgets_one_wrong_try_at_its_own_pace(
    kind: Guesser, minutes: int, now: datetime
):
    at = now
    row = GateTries(kind=kind, failures=3, last_failure_at=at)
    pace = timedelta(minutes=minutes)

    assert guesses.left_of(row, at + pace - timedelta(seconds=1)) == 3
    assert guesses.left_of(row, at + pace) == 2
    assert guesses.left_of(row, at + 2 * pace) == 1
    assert guesses.left_of(row, at - pace) == 3

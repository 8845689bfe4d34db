"""Whom the board shows, in which order, and on which day; also around midnight."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from kiosk.agent import board
from kiosk.agent.board import Group
from kiosk.appointments.model import Appointment
from kiosk.assist import helping
from kiosk.assist.model import Author
from kiosk.calls import admission, connections, ending, plane_events
from kiosk.calls import store as calls
from kiosk.calls.model import Refusal
from kiosk.houses.model import Agent
from kiosk.storage import revisions
from kiosk.storage.database import writing
from kiosk.visits import progress
from tests.builders.cast import arrived

TODAY = date(2026, 3, 30)
MIDNIGHT = datetime(2026, 3, 30, 22, 0, tzinfo=UTC)
"""In France, where summer time began the day before, the day ends at 22:00 UTC."""


def shown(session: Session, lea: Agent, at: datetime) -> list[str]:
    return [one.name for one in board.people_of_house(session, lea.houses[0], now=at)]


def test_the_days_list_begins_and_ends_at_the_houses_midnight(
    session: Session, lea: Agent, book: Callable[..., Appointment], now: datetime
):
    minute = timedelta(minutes=1)
    book(citizen_name="Last of today", starts_at=MIDNIGHT - minute)
    book(citizen_name="First of tomorrow", starts_at=MIDNIGHT)

    def listed(day: date) -> list[str]:
        rows = board.appointments_of_day(session, lea.houses[0], day, now=now)
        return [row.appointment.citizen_name for row in rows]

    assert listed(TODAY) == ["Last of today"]
    assert listed(TODAY + timedelta(days=1)) == ["First of tomorrow"]


def test_the_day_on_which_the_clocks_change_has_its_own_length(
    session: Session, lea: Agent, book: Callable[..., Appointment], now: datetime
):
    # 25 October 2026 lasts 25 hours in France: from 22:00 UTC to 23:00 UTC.
    book(citizen_name="Late", starts_at=datetime(2026, 10, 25, 22, 30, tzinfo=UTC))

    rows = board.appointments_of_day(session, lea.houses[0], date(2026, 10, 25), now=now)

    assert [row.appointment.citizen_name for row in rows] == ["Late"]


def test_somebody_who_comes_before_midnight_is_still_shown_after_it(
    session: Session, lea: Agent, book: Callable[..., Appointment]
):
    late = book(citizen_name="Amina Benali", starts_at=MIDNIGHT - timedelta(minutes=10))
    arrived(session, late, now=MIDNIGHT - timedelta(minutes=15))

    assert shown(session, lea, MIDNIGHT - timedelta(minutes=1)) == ["Amina Benali"]
    assert shown(session, lea, MIDNIGHT + timedelta(minutes=1)) == ["Amina Benali"]


def test_somebody_who_comes_before_midnight_for_a_later_hour_is_shown(
    session: Session, lea: Agent, book: Callable[..., Appointment]
):
    early = book(citizen_name="Amina Benali", starts_at=MIDNIGHT + timedelta(minutes=10))
    arrived(session, early, now=MIDNIGHT - timedelta(minutes=10))

    assert shown(session, lea, MIDNIGHT - timedelta(minutes=9)) == ["Amina Benali"]


def test_a_room_that_opens_less_than_four_hours_after_midnight_belongs_to_the_day(
    session: Session, lea: Agent, book: Callable[..., Appointment]
):
    opens_at_four = book(
        citizen_name="Robert Martin", starts_at=MIDNIGHT + timedelta(hours=4, minutes=30)
    )
    just_before = book(
        citizen_name="Amina Benali", starts_at=MIDNIGHT + timedelta(hours=4, minutes=29)
    )
    for appointment in (opens_at_four, just_before):
        arrived(session, appointment, now=MIDNIGHT - timedelta(minutes=10))

    assert shown(session, lea, MIDNIGHT - timedelta(minutes=9)) == ["Amina Benali"]


def test_somebody_is_shown_until_the_room_closes_and_not_a_moment_longer(
    session: Session, lea: Agent, aminas: Appointment, now: datetime
):
    arrived(session, aminas, now=now)
    closes_at = aminas.room.closes_at

    assert shown(session, lea, closes_at - timedelta(seconds=1)) == ["Amina Benali"]
    assert shown(session, lea, closes_at) == []


def test_a_call_that_lasts_longer_than_the_room_is_open_stays_on_the_board(
    session: Session, lea: Agent, aminas: Appointment, now: datetime
):
    amina = arrived(session, aminas, now=now).participant
    with writing(session):
        admission.admit(session, amina, now=now)
        connections.note_peer(amina, "peer-1", now=now)
        plane_events.connected(session, "peer-1", now=now)
    late = aminas.room.closes_at + timedelta(hours=2)

    (person,) = board.people_of_house(session, lea.houses[0], now=late)

    assert (person.group, person.in_call, person.silent) == (Group.IN_CALL, True, False)


@pytest.mark.parametrize(("seconds", "silent"), [(45, False), (46, True)])
def test_a_page_is_closed_when_nothing_was_heard_of_it_for_more_than_45_seconds(
    session: Session,
    lea: Agent,
    aminas: Appointment,
    now: datetime,
    seconds: int,
    silent: bool,
):
    arrived(session, aminas, now=now)

    (person,) = board.people_of_house(session, lea.houses[0], now=now + timedelta(seconds=seconds))

    assert person.silent == silent


@pytest.mark.parametrize("let_in", [False, True])
def test_somebody_unseen_for_minutes_is_shown_as_gone_waiting_or_let_in(
    session: Session, lea: Agent, aminas: Appointment, now: datetime, let_in: bool
):
    visit = arrived(session, aminas, now=now, waiting=True)
    if let_in:
        with writing(session):
            helping.let_in(session, visit, agent_id=lea.id, now=now)
    gone_at = now + admission.UNREACHABLE_AFTER

    def group(at: datetime) -> Group:
        (person,) = board.people_of_house(session, lea.houses[0], now=at)
        return person.group

    assert group(gone_at - timedelta(seconds=1)) == (Group.IN_CALL if let_in else Group.WAITING)
    assert group(gone_at) == Group.UNREACHABLE
    (person,) = board.people_of_house(session, lea.houses[0], now=gone_at)
    assert person.since == now

    before = revisions.current(session, calls.house_topic(aminas.house_id))
    with writing(session):
        progress.beat(session, visit, now=gone_at)
        progress.beat(session, visit, now=gone_at + timedelta(seconds=15))
    assert group(gone_at) == (Group.IN_CALL if let_in else Group.WAITING)
    assert revisions.current(session, calls.house_topic(aminas.house_id)) == before + 1


def test_somebody_in_the_call_is_there_though_their_page_reports_nothing(
    session: Session, lea: Agent, aminas: Appointment, now: datetime
):
    visit = arrived(session, aminas, now=now)
    with writing(session):
        helping.let_in(session, visit, agent_id=lea.id, now=now)
        connections.note_peer(visit.participant, "peer-1", now=now)
        plane_events.connected(session, "peer-1", now=now)

    (person,) = board.people_of_house(session, lea.houses[0], now=now + timedelta(minutes=20))

    assert person.group == Group.IN_CALL


def test_people_are_in_order_of_need_then_of_silence_then_of_time(
    session: Session, lea: Agent, book: Callable[..., Appointment], now: datetime
):
    soon = now + timedelta(minutes=20)
    names = ("In call", "Refused", "On path", "Waiting", "Waiting longer", "Silent", "Stuck")
    booked = {name: book(citizen_name=name, starts_at=soon) for name in names}
    visits = {name: arrived(session, booked[name], now=now) for name in names}
    people = {name: visit.participant for name, visit in visits.items()}
    later = now + timedelta(minutes=2)
    with writing(session):
        admission.admit(session, people["In call"], now=now)
        ending.refuse(session, people["Refused"], Refusal.AGENT_BUSY, ending.Connections(), now=now)
        admission.knock(session, people["Silent"], now=now)
        admission.knock(session, people["Waiting longer"], now=now + timedelta(seconds=30))
        admission.knock(session, people["Waiting"], now=later)
        helping.ask_for_help(session, visits["Stuck"], "camera.denied", now=now)
        for name in names:
            if name != "Silent":
                progress.beat(session, visits[name], now=later)

    expected = ["Stuck", "Waiting longer", "Waiting", "Silent", "On path", "Refused", "In call"]
    assert shown(session, lea, later) == expected


def test_an_appointment_is_under_way_from_its_start_until_just_before_its_end(
    session: Session, lea: Agent, aminas: Appointment
):
    def under_way(at: datetime) -> bool:
        (row,) = board.appointments_of_day(session, lea.houses[0], TODAY, now=at)
        return row.under_way

    second = timedelta(seconds=1)
    assert not under_way(aminas.starts_at - second)
    assert under_way(aminas.starts_at)
    assert under_way(aminas.ends_at - second)
    assert not under_way(aminas.ends_at)


def test_messages_after_the_agents_last_one_are_unanswered(
    session: Session, lea: Agent, aminas: Appointment, now: datetime
):
    visit = arrived(session, aminas, now=now)
    authors = (Author.CITIZEN, Author.AGENT, Author.CITIZEN, Author.CITIZEN)
    with writing(session):
        for author in authors:
            helping.say(session, visit, author, "…", now=now)

    (person,) = board.people_of_house(session, lea.houses[0], now=now)

    assert person.unanswered == 2


def test_the_alarm_is_new_when_the_same_person_needs_something_anew(
    session: Session, lea: Agent, aminas: Appointment, now: datetime
):
    visit = arrived(session, aminas, now=now)

    def alarm() -> str:
        (person,) = board.people_of_house(session, lea.houses[0], now=now)
        return person.alarm

    def knock(at: datetime) -> str:
        with writing(session):
            admission.knock(session, visit.participant, now=at)
        return alarm()

    on_path, waiting = alarm(), knock(now)
    assert waiting == alarm() != on_path
    with writing(session):
        ending.refuse(session, visit.participant, Refusal.AGENT_BUSY, ending.Connections(), now=now)
    assert knock(now + timedelta(minutes=5)) not in (on_path, waiting)


def test_somebody_stuck_needs_help_since_they_said_so_and_others_since_they_came(
    session: Session, lea: Agent, aminas: Appointment, now: datetime
):
    visit = arrived(session, aminas, now=now)
    later = now + timedelta(minutes=2)

    def since() -> datetime:
        (person,) = board.people_of_house(session, lea.houses[0], now=later)
        return person.since

    assert since() == now
    visit.stuck_since = later
    assert since() == later

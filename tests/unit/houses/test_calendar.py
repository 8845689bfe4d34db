"""What stands against an hour: closed days, opening hours, absences; lengths; reasons."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy.orm import Session

from kiosk.errors import KioskError, NotFound
from kiosk.houses import calendar, hours, reasons
from kiosk.houses.calendar import Why
from kiosk.houses.model import Absence, Agent, ClosedDays, House
from kiosk.storage.database import writing

PARIS = ZoneInfo("Europe/Paris")
MONDAY = date(2026, 3, 30)
"""The day after clocks went forward."""

WEEK = {0: [(9 * 60, 12 * 60), (13 * 60 + 30, 17 * 60)]}


def against(session: Session, house: House, agent: Agent, hour: str, minutes: int = 30, day=MONDAY):
    at = datetime.fromisoformat(f"{day}T{hour}").replace(tzinfo=ZoneInfo(house.time_zone))
    found = calendar.hindrances(
        session, house, agent, starts_at=at.astimezone(UTC), duration_min=minutes
    )
    return [one.why for one in found]


@pytest.fixture
def open_on_mondays(session: Session, sainte_foy: House) -> House:
    with writing(session):
        hours.set_week(sainte_foy, WEEK)
    return sainte_foy


def test_a_house_without_hours_is_open_at_any(session: Session, sainte_foy: House, lea: Agent):
    assert against(session, sainte_foy, lea, "03:00") == []


@pytest.mark.parametrize(
    ("hour", "minutes", "fits"),
    [
        ("09:00", 30, True),
        ("11:30", 30, True),
        ("11:45", 30, False),
        ("12:30", 30, False),
        ("13:30", 90, True),
        ("08:59", 15, False),
        ("16:45", 15, True),
        ("23:50", 30, False),
    ],
)
def test_an_hour_is_inside_one_span_or_warned_about(
    session: Session, open_on_mondays: House, lea: Agent, hour: str, minutes: int, fits: bool
):
    found = against(session, open_on_mondays, lea, hour, minutes)

    assert found == ([] if fits else [Why.CLOSED_HOUR])


def test_the_hours_are_those_of_the_house_s_own_clock(session: Session, lea: Agent):
    reunion = House(name="Saint-Denis", phone="+262262000000", time_zone="Indian/Reunion")
    with writing(session):
        hours.set_week(reunion, WEEK)
        session.add(reunion)
    at = datetime(2026, 3, 30, 5, 0, tzinfo=UTC)  # nine o'clock there, seven in Paris

    assert calendar.hindrances(session, reunion, lea, starts_at=at, duration_min=30) == []


def test_another_weekday_is_closed(session: Session, open_on_mondays: House, lea: Agent):
    found = against(session, open_on_mondays, lea, "10:00", day=MONDAY + timedelta(days=1))

    assert found == [Why.CLOSED_HOUR]


@pytest.mark.parametrize(("offset", "closed"), [(-1, False), (0, True), (2, True), (3, False)])
def test_closed_days_and_absences_count_from_the_first_to_the_last(
    session: Session, sainte_foy: House, lea: Agent, nadia: Agent, offset: int, closed: bool
):
    with writing(session):
        last = MONDAY + timedelta(days=2)
        calendar.close_days(session, sainte_foy, MONDAY, last, "Travaux")
        calendar.note_absence(session, sainte_foy, lea, MONDAY, last)
    day = MONDAY + timedelta(days=offset)

    assert against(session, sainte_foy, lea, "10:00", day=day) == (
        [Why.CLOSED_DAY, Why.ABSENT] if closed else []
    )
    assert against(session, sainte_foy, nadia, "10:00", day=day) == (
        [Why.CLOSED_DAY] if closed else []
    )


@pytest.mark.parametrize("days", [(MONDAY, MONDAY - timedelta(days=1)),
                                  (MONDAY, MONDAY + timedelta(days=400))])  # fmt: skip
def test_days_that_do_not_go_together_are_refused(
    session: Session, sainte_foy: House, lea: Agent, days: tuple[date, date]
):
    for add in (
        lambda: calendar.close_days(session, sainte_foy, *days, ""),
        lambda: calendar.note_absence(session, sainte_foy, lea, *days),
    ):
        with pytest.raises(KioskError, match=r"calendar\.bad_days"):
            add()


def test_another_house_s_days_are_not_touched(
    session: Session, sainte_foy: House, castillon: House, lea: Agent
):
    with writing(session):
        closed = calendar.close_days(session, sainte_foy, MONDAY, MONDAY, "")
        away = calendar.note_absence(session, sainte_foy, lea, MONDAY, MONDAY)

    with pytest.raises(NotFound):
        calendar.open_again(session, castillon, closed.id)
    with pytest.raises(NotFound):
        calendar.come_back(session, castillon, away.id)
    with pytest.raises(NotFound):
        calendar.note_absence(session, castillon, lea, MONDAY, MONDAY)
    with writing(session):
        calendar.open_again(session, sainte_foy, closed.id)
        calendar.come_back(session, sainte_foy, away.id)
    assert calendar.closed_days(session, sainte_foy, since=MONDAY) == []
    assert calendar.absences(session, sainte_foy, since=MONDAY) == []


def test_what_is_over_is_not_listed_and_is_forgotten(
    session: Session, sainte_foy: House, lea: Agent
):
    with writing(session):
        calendar.close_days(session, sainte_foy, MONDAY, MONDAY, "")
        calendar.note_absence(session, sainte_foy, lea, MONDAY, MONDAY)
    after = MONDAY + timedelta(days=1)
    assert calendar.closed_days(session, sainte_foy, since=after) == []
    assert len(calendar.absences(session, sainte_foy, since=MONDAY)) == 1

    with writing(session):
        calendar.forget(session, before=after)

    assert session.query(ClosedDays).count() + session.query(Absence).count() == 0


def test_the_usual_length_comes_first(session: Session, sainte_foy: House):
    assert calendar.durations(sainte_foy)[0] == 30
    assert sorted(calendar.durations(sainte_foy)) == sorted(calendar.DURATIONS_MIN)

    with writing(session):
        calendar.propose(sainte_foy, [20, 45, 60], 45)

    assert calendar.durations(sainte_foy) == [45, 20, 60]
    for lengths, usual in (([20, 45], 60), ([7, 20], 20), ([], 30)):
        with pytest.raises(KioskError):
            calendar.propose(sainte_foy, lengths, usual)


# -- reasons ---------------------------------------------------------------------------------------


def test_the_papers_of_a_reason_are_found_by_its_words(
    session: Session, sainte_foy: House, castillon: House
):
    with writing(session):
        reasons.add(
            session, sainte_foy, " Carte  grise ", "- Ancienne carte\n\n• Pièce d'identité "
        )

    assert reasons.papers_for(session, sainte_foy.id, "carte GRISE") == [
        "Ancienne carte", "Pièce d'identité",
    ]  # fmt: skip
    for house_id, reason in (
        (castillon.id, "Carte grise"),
        (sainte_foy.id, ""),
        (sainte_foy.id, "X"),
    ):
        assert reasons.papers_for(session, house_id, reason) == []


def test_a_reason_has_a_name_and_is_there_once(
    session: Session, sainte_foy: House, castillon: House
):
    with writing(session):
        grise = reasons.add(session, sainte_foy, "Carte grise", "")
        other = reasons.add(session, sainte_foy, "Retraite", "")

    for name, code in (("\u200b", "reason.no_name"), ("CARTE grise", "reason.twice")):
        with pytest.raises(KioskError) as refused:
            reasons.add(session, sainte_foy, name, "")
        assert refused.value.code == code
    with pytest.raises(KioskError, match=r"reason\.twice"):
        reasons.change(session, sainte_foy, other.id, "carte grise", "")
    session.rollback()
    with pytest.raises(NotFound):
        reasons.change(session, castillon, grise.id, "Passeport", "")
    with writing(session):
        reasons.change(session, sainte_foy, grise.id, "Carte Grise", "Papiers")
        reasons.remove(session, sainte_foy, other.id)
    assert [one.name for one in reasons.of(session, sainte_foy.id)] == ["Carte Grise"]


def test_a_house_has_only_so_many_reasons(session: Session, sainte_foy: House):
    with writing(session):
        for number in range(reasons.MOST):
            reasons.add(session, sainte_foy, f"Motif {number}", "")

    with pytest.raises(KioskError, match=r"reason\.too_many"):
        reasons.add(session, sainte_foy, "Un de plus", "")

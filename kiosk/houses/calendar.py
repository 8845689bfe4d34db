"""When a house receives, and who is there: opening hours, closed days, absences, lengths.

Booking asks what stands against an hour (:func:`hindrances`); the agent decides, for a house may
open for one person, and somebody on leave may come.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import TypeVar
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, delete, select
from sqlalchemy.orm import Session

from kiosk.errors import KioskError, NotFound
from kiosk.houses import hours
from kiosk.houses.model import Absence, Agent, ClosedDays, House, Membership
from kiosk.language.typed import visible_name

DURATIONS_MIN = (15, 20, 30, 45, 60, 90)
"""Lengths that an appointment may have, in minutes."""

USUAL_DURATION_MIN = 30
LONGEST_SPELL = timedelta(days=366)
LONGEST_NAME = 120


Spell = TypeVar("Spell", ClosedDays, Absence)


class Why(StrEnum):
    """What stands against an hour."""

    CLOSED_DAY = "closed_day"
    CLOSED_HOUR = "closed_hour"
    ABSENT = "absent"


@dataclass(frozen=True, slots=True)
class Hindrance:
    """One thing that stands against an hour; ``until`` is its last day, ``said`` its own words."""

    why: Why
    until: date
    said: str = ""


def hindrances(
    session: Session, house: House, agent: Agent, *, starts_at: datetime, duration_min: int
) -> list[Hindrance]:
    """Return what stands against an appointment: closed, outside the hours, somebody away.

    A house that has told no hours is open at any.
    """
    zone = ZoneInfo(house.time_zone)
    start = starts_at.astimezone(zone)
    day = start.date()
    found = [
        Hindrance(Why.CLOSED_DAY, one.last, one.name)
        for one in _covering(session, ClosedDays, ClosedDays.house_id == house.id, day)
    ]
    week = hours.week_of(house)
    if not found and any(week.values()):
        first = start.hour * 60 + start.minute
        # By the clock on the wall: an appointment that goes past midnight is outside any span.
        fits = any(
            opens <= first and first + duration_min <= closes
            for opens, closes in week[day.weekday()]
        )
        if not fits:
            said = hours.write_spans(week[day.weekday()])
            found.append(Hindrance(Why.CLOSED_HOUR, day, said))
    found += [
        Hindrance(Why.ABSENT, one.last, agent.name)
        for one in _covering(session, Absence, Absence.agent_id == agent.id, day)
    ]
    return found


def close_days(session: Session, house: House, first: date, last: date, name: str) -> ClosedDays:
    """Add days on which the house is closed; raises KioskError ``calendar.bad_days``."""
    _check(first, last)
    made = ClosedDays(
        house_id=house.id, first=first, last=last, name=visible_name(name)[:LONGEST_NAME]
    )
    session.add(made)
    session.flush()
    return made


def note_absence(session: Session, house: House, agent: Agent, first: date, last: date) -> Absence:
    """Note that a member of the house is away.

    Raises KioskError ``calendar.bad_days``, or NotFound for nobody of the house.
    """
    _check(first, last)
    if not agent.active or agent.role_in(house.id) is None:
        raise NotFound("account.not_found")
    made = Absence(agent_id=agent.id, first=first, last=last)
    session.add(made)
    session.flush()
    return made


def closed_days(session: Session, house: House, *, since: date) -> Sequence[ClosedDays]:
    """Return the closed days that are not over, in order."""
    return session.scalars(
        select(ClosedDays)
        .where(ClosedDays.house_id == house.id, ClosedDays.last >= since)
        .order_by(ClosedDays.first, ClosedDays.id)
    ).all()


def absences(session: Session, house: House, *, since: date) -> Sequence[Absence]:
    """Return the absences of a house's members that are not over, in order."""
    members = select(Membership.agent_id).where(Membership.house_id == house.id)
    return session.scalars(
        select(Absence)
        .where(Absence.agent_id.in_(members), Absence.last >= since)
        .order_by(Absence.first, Absence.id)
    ).all()


def open_again(session: Session, house: House, closed_id: int) -> None:
    """Take closed days back; raises NotFound for another house's."""
    found = session.get(ClosedDays, closed_id)
    if found is None or found.house_id != house.id:
        raise NotFound("calendar.not_found")
    session.delete(found)


def come_back(session: Session, house: House, absence_id: int) -> None:
    """Take an absence back; raises NotFound when it is of nobody of the house."""
    found = session.get(Absence, absence_id)
    if found is None or found.agent.role_in(house.id) is None:
        raise NotFound("calendar.not_found")
    session.delete(found)


def durations(house: House) -> list[int]:
    """Return the lengths that the house proposes, the usual one first."""
    chosen = [int(one) for one in house.durations.split(",") if one.isdecimal()]
    kept = [one for one in chosen if one in DURATIONS_MIN]
    if kept:
        return kept
    return [USUAL_DURATION_MIN, *(one for one in DURATIONS_MIN if one != USUAL_DURATION_MIN)]


def propose(house: House, lengths: Sequence[int], usual: int) -> None:
    """Propose these lengths, ``usual`` first; raises KioskError ``booking.bad_duration``."""
    if usual not in lengths or not set(lengths) <= set(DURATIONS_MIN):
        raise KioskError("booking.bad_duration")
    ordered = [usual, *sorted(set(lengths) - {usual})]
    house.durations = ",".join(str(one) for one in ordered)


def forget(session: Session, *, before: date) -> None:
    """Delete absences and closed days that were over before this day."""
    session.execute(delete(Absence).where(Absence.last < before))
    session.execute(delete(ClosedDays).where(ClosedDays.last < before))


def _check(first: date, last: date) -> None:
    if last < first or last - first > LONGEST_SPELL:
        raise KioskError("calendar.bad_days")


def _covering(
    session: Session, table: type[Spell], of: ColumnElement[bool], day: date
) -> Sequence[Spell]:
    return session.scalars(
        select(table).where(of, table.first <= day, table.last >= day).order_by(table.first)
    ).all()

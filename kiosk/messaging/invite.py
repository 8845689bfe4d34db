"""The appointment as a calendar entry (RFC 5545), requested or cancelled by e-mail (RFC 6047).

Its times are in UTC (§3.3.5, form 2): every calendar shows them in its reader's zone, and no rules
of time zones have to be sent along, which old calendars read wrongly.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Literal

from icalendar import Alarm, Calendar, Event, vCalAddress

Method = Literal["REQUEST", "CANCEL"]

REMINDED_BEFORE = timedelta(minutes=15)


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """What the calendar shows; ``sequence`` rises with each change (RFC 5545 §3.8.7.4)."""

    uid: str
    sequence: int
    starts_at: datetime
    duration: timedelta
    summary: str
    description: str
    organiser: str
    organiser_address: str
    attendee_address: str


def calendar(entry: Entry, method: Method, *, now: datetime) -> str:
    """Return the calendar object, alarm included, with CRLF line ends."""
    result = Calendar()
    result.add("prodid", "-//Guichet Visio//FR")
    result.add("version", "2.0")
    result.add("method", method)
    result.add_component(_event(entry, method, now))
    return str(result.to_ical().decode())


def _event(entry: Entry, method: Method, now: datetime) -> Event:
    starts_at = entry.starts_at.astimezone(UTC)
    event = Event()
    event.add("uid", entry.uid)
    event.add("sequence", entry.sequence)
    event.add("dtstamp", now.astimezone(UTC))
    event.add("dtstart", starts_at)
    event.add("dtend", starts_at + entry.duration)
    event.add("summary", entry.summary)
    event.add("description", entry.description)
    event.add("status", "CANCELLED" if method == "CANCEL" else "CONFIRMED")
    event.add("organizer", _address(entry.organiser_address, cn=entry.organiser))
    # No reply is requested: the automatic address is not read.
    attendee = _address(entry.attendee_address, rsvp="FALSE", partstat="ACCEPTED")
    event.add("attendee", attendee)
    if method == "REQUEST":
        event.add_component(_alarm(entry))
    return event


def _alarm(entry: Entry) -> Alarm:
    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", entry.summary)
    alarm.add("trigger", -REMINDED_BEFORE)
    return alarm


def _address(address: str, **parameters: str) -> vCalAddress:
    result = vCalAddress(f"mailto:{address}")
    result.params.update({name.upper(): value for name, value in parameters.items()})
    return result

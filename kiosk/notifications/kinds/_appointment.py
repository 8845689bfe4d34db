"""What the kinds of message about an appointment have in common."""

from __future__ import annotations

from datetime import datetime

from kiosk.messaging.invite import REMINDED_BEFORE
from kiosk.notifications.kind import Notice

SUBJECT_TYPE = "appointment"

BOOKED, MOVED, CANCELLED = "booked", "moved", "cancelled"
CORRECTED = "corrected"
"""The person, their address or their language was typed wrong; nobody has the right message yet."""
REOPENED = "reopened"
"""Closing the appointment was a mistake."""


def link_due_at(notice: Notice) -> datetime:
    """Return when the link is sent: exactly a quarter of an hour before the appointment."""
    return notice.starts_at - REMINDED_BEFORE


def at_once(_notice: Notice, now: datetime) -> datetime:
    """Send now."""
    return now


def at_once_before_the_link(notice: Notice, now: datetime) -> datetime | None:
    """Send now, unless the link is due already: then the message with the link is enough."""
    return now if link_due_at(notice) > now else None


def with_the_link(notice: Notice, now: datetime) -> datetime | None:
    """Send when the link is due, or now when that instant has passed.

    Reopened after that instant, nothing is sent: the link has been.
    """
    due_at = link_due_at(notice)
    if notice.event == REOPENED and due_at <= now:
        return None
    return max(now, due_at)

"""What the kinds of message about an appointment have in common."""

from __future__ import annotations

from datetime import datetime

from kiosk.messaging.invite import REMINDED_BEFORE
from kiosk.notifications.kind import Notice

SUBJECT_TYPE = "appointment"

BOOKED, MOVED, CANCELLED = "booked", "moved", "cancelled"


def link_due_at(notice: Notice) -> datetime:
    """Return when the link is sent: exactly a quarter of an hour before the appointment."""
    return notice.starts_at - REMINDED_BEFORE


def at_once(_notice: Notice, now: datetime) -> datetime:
    """Send now."""
    return now


def at_once_before_the_link(notice: Notice, now: datetime) -> datetime | None:
    """Send now, unless the link is due already: then the message with the link is enough."""
    return now if link_due_at(notice) > now else None


def with_the_link(notice: Notice, now: datetime) -> datetime:
    """Send when the link is due, or now when that instant has passed."""
    return max(now, link_due_at(notice))

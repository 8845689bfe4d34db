"""Brings the link a quarter of an hour before: the only kind that carries what opens the room."""

from __future__ import annotations

from dataclasses import dataclass, field

from kiosk.messaging.message import DatedFacts
from kiosk.notifications.kind import Kind, reactions
from kiosk.notifications.kinds import _appointment as appointment


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts(DatedFacts):
    """The hour, and the three secrets that open the room; ``repr`` shows none of them."""

    home_url: str
    join_url: str = field(repr=False)
    room_code: str = field(repr=False)
    password: str = field(repr=False)


KIND = Kind(
    subject_type=appointment.SUBJECT_TYPE,
    reactions=reactions(
        send=(appointment.BOOKED, appointment.MOVED, appointment.CORRECTED, appointment.REOPENED),
        withdraw=(appointment.CANCELLED,),
    ),
    due_at=appointment.with_the_link,
    facts=Facts,
)

"""Says that the appointment has another hour; sent at the move, without the link."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from kiosk.messaging.invite import Method
from kiosk.messaging.message import DatedFacts
from kiosk.notifications.kind import Kind, reactions
from kiosk.notifications.kinds import _appointment as appointment


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts(DatedFacts):
    """The new hour alone."""

    calendar: ClassVar[Method | None] = "REQUEST"


KIND = Kind(
    subject_type=appointment.SUBJECT_TYPE,
    reactions=reactions(
        send=(appointment.MOVED,),
        withdraw=(
            appointment.BOOKED,
            appointment.CANCELLED,
            appointment.CORRECTED,
            appointment.REOPENED,
        ),
    ),
    due_at=appointment.at_once_before_the_link,
    facts=Facts,
)

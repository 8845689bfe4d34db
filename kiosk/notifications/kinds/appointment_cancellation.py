"""Says that the appointment does not take place; sent when it is cancelled."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from kiosk.messaging.invite import Method
from kiosk.messaging.message import DatedFacts
from kiosk.notifications.kind import Kind, reactions
from kiosk.notifications.kinds import _appointment as appointment


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts(DatedFacts):
    """The hour that is free again."""

    calendar: ClassVar[Method | None] = "CANCEL"


KIND = Kind(
    subject_type=appointment.SUBJECT_TYPE,
    reactions=reactions(
        send=(appointment.CANCELLED,),
        withdraw=(
            appointment.BOOKED,
            appointment.MOVED,
            appointment.CORRECTED,
            appointment.REOPENED,
        ),
    ),
    due_at=appointment.at_once,
    facts=Facts,
)

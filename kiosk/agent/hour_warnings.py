"""What stands against an hour for an agent: said once, then the press on "quand même" goes through.

Booking, moving and handing over ask the same question; the agent may know better than the calendar.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from flask import request

from kiosk import request as parts
from kiosk.appointments import store
from kiosk.appointments.model import Appointment
from kiosk.houses import calendar
from kiosk.houses.calendar import Hindrance
from kiosk.houses.model import Agent, House


@dataclass(frozen=True, slots=True)
class Warnings:
    """What stands against an hour; ``key`` names it, so that another hour is warned about anew."""

    clash: Appointment | None
    hindrances: Sequence[Hindrance]
    at: str

    def __bool__(self) -> bool:
        return self.clash is not None or bool(self.hindrances)

    @property
    def key(self) -> str:
        """What a press on "Confirmer quand même" sends back."""
        parts_of_key = [str(self.clash.id if self.clash else 0), self.at]
        return ":".join([*parts_of_key, *(one.why for one in self.hindrances)])

    @property
    def to_be_said(self) -> bool:
        """Whether there is something that the agent has not confirmed with this press."""
        return bool(self) and request.form.get("despite") != self.key


def against(
    house: House,
    agent: Agent,
    starts_at: datetime,
    duration_min: int,
    *,
    but: Appointment | None = None,
) -> Warnings:
    """Return what stands against an hour (aware), besides the appointment ``but`` itself."""
    session = parts.session()
    clash = store.clashing(
        session,
        agent_id=agent.id,
        start=starts_at,
        end=starts_at + timedelta(minutes=duration_min),
        but=but.id if but else None,
    )
    found = calendar.hindrances(
        session, house, agent, starts_at=starts_at, duration_min=duration_min
    )
    return Warnings(clash, found, f"{agent.id}:{starts_at:%Y%m%d%H%M}")

"""Tables of the visits: where each stands, and what its checks found."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from kiosk.calls.model import Participant
from kiosk.storage.base import Base


class Visit(Base):
    """One citizen's way in: states only, never pictures nor typed text."""

    __tablename__ = "visit"

    id: Mapped[int] = mapped_column(primary_key=True)
    participant_id: Mapped[int] = mapped_column(ForeignKey("participant.id"), unique=True)
    step: Mapped[str] = mapped_column(String(40))
    """An id of :data:`kiosk.visits.steps.STEPS`."""
    step_since: Mapped[datetime]
    device: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    """``{"kind": "phone", "browser": "Firefox 153", "system": "Android 15"}``, as detected."""
    open_on_device: Mapped[int | None] = mapped_column(unique=True)
    """The enrolled kiosk on which this visit is open now; a kiosk has one open visit at most."""
    stuck_since: Mapped[datetime | None]
    stuck_reason: Mapped[str | None] = mapped_column(String(60))
    """The code the page filled in when "Je suis bloqué" was pressed."""

    participant: Mapped[Participant] = relationship(lazy="joined", innerjoin=True)


class CheckResult(Base):
    """One result of one check. Rows are only added; the newest of a check is its current state."""

    __tablename__ = "check_result"

    id: Mapped[int] = mapped_column(primary_key=True)
    visit_id: Mapped[int] = mapped_column(ForeignKey("visit.id"))
    check: Mapped[str] = mapped_column(String(40))
    """The id of the check, as in :mod:`kiosk.readiness`."""
    verdict: Mapped[str] = mapped_column(String(20))
    """How it went: a ``Level`` of :mod:`kiosk.readiness`."""
    code: Mapped[str] = mapped_column(String(60))
    """What was found, ``<check>.<what>``; names the sentences people read."""
    figures: Mapped[dict[str, float]] = mapped_column(JSON, default=dict)
    at: Mapped[datetime]

    __table_args__ = (Index("ix_check_result_visit_id", "visit_id", "check"),)

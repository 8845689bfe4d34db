"""Tables of assist: where a visit stands, what was said on the way, what was journaled."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from kiosk.calls.model import Participant
from kiosk.storage.base import Base


class Author(StrEnum):
    """Who wrote a help message."""

    CITIZEN = "citizen"
    AGENT = "agent"


class Visit(Base):
    """One citizen's way along the path: states only, never pictures nor typed text."""

    __tablename__ = "visit"

    id: Mapped[int] = mapped_column(primary_key=True)
    participant_id: Mapped[int] = mapped_column(ForeignKey("participant.id"), unique=True)
    step: Mapped[str] = mapped_column(String(40))
    step_since: Mapped[datetime]
    device: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    """``{"kind": "phone", "browser": "Firefox 153", "system": "Android 15"}``, as detected."""
    checks: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    """``{check: {"verdict": "good", "code": "camera.good", "at": iso8601, "figures": {…}}}``."""
    last_error: Mapped[str | None] = mapped_column(String(60))
    last_error_at: Mapped[datetime | None]
    stuck_since: Mapped[datetime | None]
    stuck_reason: Mapped[str | None] = mapped_column(String(60))
    """The code the page filled in when "Je suis bloqué" was pressed."""

    participant: Mapped[Participant] = relationship(lazy="joined")
    messages: Mapped[list[HelpMessage]] = relationship(
        order_by="HelpMessage.id", back_populates="visit"
    )


class HelpMessage(Base):
    """A line of the written help between an agent and a citizen on the path."""

    __tablename__ = "help_message"

    id: Mapped[int] = mapped_column(primary_key=True)
    visit_id: Mapped[int] = mapped_column(ForeignKey("visit.id"), index=True)
    author: Mapped[Author] = mapped_column(String(10))
    text: Mapped[str] = mapped_column(String(1000))
    written_at: Mapped[datetime]

    visit: Mapped[Visit] = relationship(back_populates="messages")


class JournalEntry(Base):
    """What assist did, for whoever must account for it: ids and codes only, never changed."""

    __tablename__ = "journal_entry"

    id: Mapped[int] = mapped_column(primary_key=True)
    visit_id: Mapped[int] = mapped_column(ForeignKey("visit.id"), index=True)
    agent_id: Mapped[int | None] = mapped_column(ForeignKey("agent.id"))
    event: Mapped[str] = mapped_column(String(60))
    at: Mapped[datetime]

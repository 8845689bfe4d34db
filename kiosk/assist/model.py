"""Tables of assist: what was written between agent and citizen, and the journal of the help."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from kiosk.storage.base import Base


class Author(StrEnum):
    """Who wrote a help message."""

    CITIZEN = "citizen"
    AGENT = "agent"


class HelpMessage(Base):
    """A line written between an agent and a citizen on the way in."""

    __tablename__ = "help_message"

    id: Mapped[int] = mapped_column(primary_key=True)
    visit_id: Mapped[int] = mapped_column(ForeignKey("visit.id"), index=True)
    author: Mapped[Author] = mapped_column(String(10))
    text: Mapped[str] = mapped_column(String(1000))
    written_at: Mapped[datetime]


class JournalEntry(Base):
    """One act of assist, so that it can be accounted for: ids and codes only, never changed."""

    __tablename__ = "journal_entry"

    id: Mapped[int] = mapped_column(primary_key=True)
    visit_id: Mapped[int] = mapped_column(ForeignKey("visit.id"), index=True)
    agent_id: Mapped[int | None] = mapped_column(ForeignKey("agent.id"))
    event: Mapped[str] = mapped_column(String(60))
    at: Mapped[datetime] = mapped_column(index=True)

"""The tables: one row a message, and what the provider reported about each of them."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from kiosk.storage.base import Base


class Status(StrEnum):
    """The state of a message; the last four are final."""

    QUEUED = "queued"
    LEASED = "leased"
    SENT = "sent"
    FAILED = "failed"
    CANCELLED = "cancelled"
    EXPIRED = "expired"


class Outcome(StrEnum):
    """What a provider can report about a message that it took."""

    ACCEPTED = "accepted"
    DELIVERED = "delivered"
    BOUNCED = "bounced"
    OPENED = "opened"


NO_GATEWAY = "delivery.no_gateway"
"""The ``last_error`` of a message that counts as sent, and lies in the outbox folder."""

OPEN = text("status IN ('queued', 'leased')")
"""Messages that may still leave; written out, so that a database knows the index fits."""


class QueuedMessage(Base):
    """One message to one person through one channel; the table keeps its first name."""

    __tablename__ = "outbox_message"
    __table_args__ = (
        Index(
            "ix_outbox_message_open",
            "channel",
            "due_at",
            sqlite_where=OPEN,
            postgresql_where=OPEN,
        ),
        Index("ix_outbox_message_subject", "subject_type", "subject_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    dedup_key: Mapped[str] = mapped_column(String(120), unique=True)
    reference: Mapped[str] = mapped_column(String(32), unique=True)
    """Random name of this message towards providers: the same at every attempt."""
    kind: Mapped[str] = mapped_column(String(60))
    channel: Mapped[str] = mapped_column(String(8))
    recipient: Mapped[str] = mapped_column(String(254))
    language: Mapped[str] = mapped_column(String(16))
    subject_type: Mapped[str] = mapped_column(String(20))
    subject_id: Mapped[int]
    created_at: Mapped[datetime]
    due_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    payload: Mapped[dict[str, Any]] = mapped_column(JSON)
    status: Mapped[str] = mapped_column(String(10), default=Status.QUEUED)
    attempts: Mapped[int] = mapped_column(default=0)
    leased_until: Mapped[datetime | None]
    last_error: Mapped[str | None] = mapped_column(String(60))
    sent_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None] = mapped_column(index=True)
    body_erased_at: Mapped[datetime | None]


class Receipt(Base):
    """One report of a provider about one message; each outcome is kept once."""

    __tablename__ = "receipt"
    __table_args__ = (
        UniqueConstraint("message_id", "outcome"),
        Index("ix_receipt_provider_id", "provider_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    message_id: Mapped[int] = mapped_column(ForeignKey("outbox_message.id"))
    outcome: Mapped[str] = mapped_column(String(10))
    provider_id: Mapped[str | None] = mapped_column(String(120))
    """The provider's own name for the message, where it gave one."""
    at: Mapped[datetime]
    code: Mapped[str | None] = mapped_column(String(60))
    """Why it bounced: stable and dotted; names nobody."""

"""Table of the appointments."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from kiosk.calls.model import Room
from kiosk.houses.model import Agent, House
from kiosk.storage.base import Base


class Channel(StrEnum):
    """How the citizen receives the link."""

    EMAIL = "email"
    SMS = "sms"
    PAPER = "paper"


class Status(StrEnum):
    """What became of the appointment."""

    BOOKED = "booked"
    CANCELLED_BY_AGENT = "cancelled_by_agent"
    ATTENDED = "attended"
    NO_SHOW = "no_show"


class Appointment(Base):
    """An agreed time between a citizen and an agent; owns one room."""

    __tablename__ = "appointment"

    id: Mapped[int] = mapped_column(primary_key=True)
    house_id: Mapped[int] = mapped_column(ForeignKey("house.id"), index=True)
    agent_id: Mapped[int] = mapped_column(ForeignKey("agent.id"))
    room_id: Mapped[int] = mapped_column(ForeignKey("room.id"), unique=True)
    citizen_name: Mapped[str] = mapped_column(String(120))
    language: Mapped[str] = mapped_column(String(10), default="fr")
    channel: Mapped[Channel] = mapped_column(String(10))
    email: Mapped[str] = mapped_column(String(254), default="")
    phone: Mapped[str] = mapped_column(String(20), default="")
    """E.164: the last way to reach them, whatever the channel; empty when they have none."""
    kiosk_house_id: Mapped[int | None] = mapped_column(ForeignKey("house.id"))
    """At whose kiosk the citizen will be; None when they join from a device of their own."""
    reason: Mapped[str] = mapped_column(String(200), default="")
    """Why they come. Never printed, never in a message."""
    starts_at: Mapped[datetime] = mapped_column(index=True)
    duration_min: Mapped[int]
    status: Mapped[Status] = mapped_column(String(20), default=Status.BOOKED)
    version: Mapped[int] = mapped_column(default=1)
    """Raised by each move; part of every message key, so a moved reminder is no duplicate."""
    booked_at: Mapped[datetime]
    calendar_uid: Mapped[str] = mapped_column(String(60))
    """The local part of the calendar entry's UID; never given twice, as ids are after erasure."""

    house: Mapped[House] = relationship(lazy="joined", foreign_keys=[house_id])
    kiosk_house: Mapped[House | None] = relationship(lazy="joined", foreign_keys=[kiosk_house_id])
    agent: Mapped[Agent] = relationship(lazy="joined")
    room: Mapped[Room] = relationship(lazy="joined")

    @property
    def duration(self) -> timedelta:
        """How long it is planned to last."""
        return timedelta(minutes=self.duration_min)

    @property
    def ends_at(self) -> datetime:
        """When it is planned to end."""
        return self.starts_at + self.duration

    @property
    def contact(self) -> str:
        """Where the channel leads: an e-mail address, an E.164 number, nothing for paper."""
        return {Channel.EMAIL: self.email, Channel.SMS: self.phone}.get(self.channel, "")

    @property
    def is_cancelled(self) -> bool:
        """Whether somebody called it off."""
        return self.status == Status.CANCELLED_BY_AGENT

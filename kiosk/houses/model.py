"""Tables of the houses and the agents who work there."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from kiosk.storage.base import Base


class Role(StrEnum):
    """What an account is for."""

    AGENT = "agent"
    MANAGER = "manager"


class House(Base):
    """A France Services house: a physical place, its phone, its time zone."""

    __tablename__ = "house"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(120))
    phone: Mapped[str] = mapped_column(String(20))
    """E.164, as stored by ``messaging.contacts``."""
    email: Mapped[str] = mapped_column(String(254), default="")
    address: Mapped[str] = mapped_column(String(300), default="")
    time_zone: Mapped[str] = mapped_column(String(40), default="Europe/Paris")
    territory: Mapped[str] = mapped_column(String(2), default="FR")
    """ISO 3166-1 region in which a national phone number is read (FR, RE, GP…)."""


class Agent(Base):
    """Somebody who signs in: an agent of one house, or its manager."""

    __tablename__ = "agent"

    id: Mapped[int] = mapped_column(primary_key=True)
    house_id: Mapped[int] = mapped_column(ForeignKey("house.id"), index=True)
    login: Mapped[str] = mapped_column(String(80), unique=True)
    name: Mapped[str] = mapped_column(String(120))
    role: Mapped[Role] = mapped_column(String(10), default=Role.AGENT)
    password_digest: Mapped[str] = mapped_column(String(200))
    active: Mapped[bool] = mapped_column(default=True)
    signed_in_at: Mapped[datetime | None]

    house: Mapped[House] = relationship(lazy="joined")

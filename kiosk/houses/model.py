"""Tables of the houses, the accounts, and who works in which house (decision 0270)."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from kiosk.storage.base import Base


class Role(StrEnum):
    """What somebody does in one house."""

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
    """An account: somebody who signs in, with a role in each of their houses.

    An administrator stands above the houses: works in every one and manages every one, member or
    not.
    """

    __tablename__ = "agent"

    id: Mapped[int] = mapped_column(primary_key=True)
    login: Mapped[str] = mapped_column(String(80), unique=True)
    name: Mapped[str] = mapped_column(String(120))
    password_digest: Mapped[str] = mapped_column(String(200))
    active: Mapped[bool] = mapped_column(default=True)
    is_administrator: Mapped[bool] = mapped_column(default=False)
    signed_in_at: Mapped[datetime | None]

    memberships: Mapped[list[Membership]] = relationship(
        lazy="selectin", cascade="all, delete-orphan", order_by="Membership.house_id"
    )

    @property
    def houses(self) -> list[House]:
        """The houses of which they are a member, the oldest row first."""
        return [one.house for one in self.memberships]

    def role_in(self, house_id: int) -> Role | None:
        """Return the role of their membership of this house; None when they are no member."""
        return next((one.role for one in self.memberships if one.house_id == house_id), None)

    def works_in(self, house_id: int) -> bool:
        """Whether they may see this house's appointments and act on them."""
        return self.is_administrator or self.role_in(house_id) is not None

    def manages(self, house_id: int) -> bool:
        """Whether they may change this house's details and its accounts."""
        return self.is_administrator or self.role_in(house_id) == Role.MANAGER


class Membership(Base):
    """That somebody works in a house, and as what."""

    __tablename__ = "membership"

    agent_id: Mapped[int] = mapped_column(ForeignKey("agent.id"), primary_key=True)
    house_id: Mapped[int] = mapped_column(ForeignKey("house.id"), primary_key=True, index=True)
    role: Mapped[Role] = mapped_column(String(10), default=Role.AGENT)

    house: Mapped[House] = relationship(lazy="joined")

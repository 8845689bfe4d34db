"""Tables of the houses, the accounts, and who works in which house (decision 0270)."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, LargeBinary, String
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
    accessible_contact: Mapped[str] = mapped_column(String(300), default="")
    """How deaf people reach the house: a number for SMS, an address, a service in sign language."""

    welcome: Mapped[str] = mapped_column(String(300), default="")
    """A sentence of the house for its citizens, at the beginning of the way in; plain text."""
    durations: Mapped[str] = mapped_column(String(60), default="")
    """Lengths of appointments that are proposed, in minutes, the usual one first; empty: all."""

    opening_hours: Mapped[list[OpeningHours]] = relationship(
        cascade="all, delete-orphan", order_by="(OpeningHours.weekday, OpeningHours.opens)"
    )


class OpeningHours(Base):
    """One stretch of a weekday in which a house is open; a day may have several."""

    __tablename__ = "opening_hours"

    id: Mapped[int] = mapped_column(primary_key=True)
    house_id: Mapped[int] = mapped_column(ForeignKey("house.id"), index=True)
    weekday: Mapped[int]
    """0 is Monday."""
    opens: Mapped[int]
    closes: Mapped[int]
    """Minutes from midnight, in the house's time zone."""


class Agent(Base):
    """An account: somebody who signs in, with a role in each of their houses.

    An administrator stands above the houses: works in every one and manages every one, member or
    not.
    """

    __tablename__ = "agent"

    id: Mapped[int] = mapped_column(primary_key=True)
    login: Mapped[str] = mapped_column(String(80), unique=True)
    name: Mapped[str] = mapped_column(String(120))
    email: Mapped[str] = mapped_column(String(254), default="")
    """Where the account's own links go; empty: they are shown to the manager who makes them."""
    password_digest: Mapped[str] = mapped_column(String(200))
    """``accounts.NOT_CHOSEN`` until the person has chosen a password."""
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


class LinkPurpose(StrEnum):
    """What a one-time link lets its holder do."""

    FIRST_RUN = "first_run"
    """Make the administrator and the first house."""
    INVITATION = "invitation"
    """Choose the first password of an account."""
    RESET = "reset"
    """Choose another password for an account."""


class AccountLink(Base):
    """A one-time link that has not been used; using it deletes the row (decision 0350)."""

    __tablename__ = "account_link"

    id: Mapped[int] = mapped_column(primary_key=True)
    purpose: Mapped[LinkPurpose] = mapped_column(String(12))
    agent_id: Mapped[int | None] = mapped_column(ForeignKey("agent.id"), index=True)
    """Whose password it is about; none for the first run."""
    seed: Mapped[bytes] = mapped_column(LargeBinary(16))
    digest: Mapped[str] = mapped_column(String(64), unique=True)
    made_at: Mapped[datetime]
    expires_at: Mapped[datetime] = mapped_column(index=True)


class SignIn(Base):
    """One browser in which an account is signed in; without its row a session is worth nothing."""

    __tablename__ = "sign_in"

    id: Mapped[int] = mapped_column(primary_key=True)
    agent_id: Mapped[int] = mapped_column(ForeignKey("agent.id"), index=True)
    kind: Mapped[str] = mapped_column(String(10))
    browser: Mapped[str] = mapped_column(String(40))
    system: Mapped[str] = mapped_column(String(40))
    signed_in_at: Mapped[datetime] = mapped_column(index=True)
    seen_at: Mapped[datetime]


class ClosedDays(Base):
    """Days on which a house is closed although its weekday is open: a holiday, works."""

    __tablename__ = "closed_days"

    id: Mapped[int] = mapped_column(primary_key=True)
    house_id: Mapped[int] = mapped_column(ForeignKey("house.id"), index=True)
    first: Mapped[date]
    last: Mapped[date]
    name: Mapped[str] = mapped_column(String(120), default="")


class Absence(Base):
    """Days on which somebody does not work, in any house."""

    __tablename__ = "absence"

    id: Mapped[int] = mapped_column(primary_key=True)
    agent_id: Mapped[int] = mapped_column(ForeignKey("agent.id"), index=True)
    first: Mapped[date]
    last: Mapped[date]

    agent: Mapped[Agent] = relationship(lazy="joined")


class Reason(Base):
    """What people come to a house for, and the papers to prepare, one a line."""

    __tablename__ = "reason"

    id: Mapped[int] = mapped_column(primary_key=True)
    house_id: Mapped[int] = mapped_column(ForeignKey("house.id"), index=True)
    name: Mapped[str] = mapped_column(String(200))
    papers: Mapped[str] = mapped_column(String(1000), default="")

"""Tables of the calls: rooms, participants, and the tries of those who guess."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from kiosk.storage.base import Base


class RoomState(StrEnum):
    """Whether the room may still be entered, apart from the hour."""

    OPEN = "open"
    CANCELLED = "cancelled"
    CLOSED = "closed"
    """The agent recorded whether the citizen came."""


class Purpose(StrEnum):
    """Why a room was opened; only one of them has an appointment."""

    APPOINTMENT = "appointment"
    WALK_IN = "walk_in"
    HELP_NOW = "help_now"
    TEST = "test"
    MEETING = "meeting"


class Seat(StrEnum):
    """The role a participant has in the call."""

    CITIZEN = "citizen"
    AGENT = "agent"
    COMPANION = "companion"
    """Somebody else who came by the citizen's link or code; admitted by an act of their own."""


class CameBy(StrEnum):
    """By what a participant came in."""

    LINK = "link"
    """The room's personal link: sent to the person whom the appointment names."""
    CODE = "code"
    """Code and password, which are printed, read aloud and passed on."""
    HOUSE = "house"
    """In the house: at a kiosk, without an appointment, or signed in as an agent."""
    UNKNOWN = "unknown"
    """Before this was noted."""


class Presence(StrEnum):
    """Where a participant stands; written by :mod:`kiosk.calls.presence` only."""

    ON_PATH = "on_path"
    WAITING = "waiting"
    ADMITTED = "admitted"
    IN_CALL = "in_call"
    REFUSED = "refused"
    LEFT = "left"
    REMOVED = "removed"
    """An agent put them out of the call."""


class Refusal(StrEnum):
    """Why an agent does not let somebody in now; the citizen reads a sentence for each."""

    AGENT_BUSY = "agent_busy"
    WRONG_APPOINTMENT = "wrong_appointment"
    TO_BE_MOVED = "to_be_moved"
    CALL_BY_PHONE = "call_by_phone"


class Room(Base):
    """A place people enter for one appointment, or for another purpose.

    Its link, code and password are derived from ``seed`` and ``generation`` with the secret key
    (decision 0002); only keyed digests of them are stored.
    """

    __tablename__ = "room"

    id: Mapped[int] = mapped_column(primary_key=True)
    purpose: Mapped[Purpose] = mapped_column(String(12), default=Purpose.APPOINTMENT)
    name: Mapped[str] = mapped_column(String(80), default="")
    """The name of a meeting, as somebody typed it; empty for every other purpose."""
    house_id: Mapped[int] = mapped_column(ForeignKey("house.id"), index=True)
    seed: Mapped[bytes] = mapped_column(LargeBinary(16))
    generation: Mapped[int] = mapped_column(default=1)
    link_digest: Mapped[str] = mapped_column(String(64), unique=True)
    code_digest: Mapped[str] = mapped_column(String(64), unique=True)
    password_digest: Mapped[str] = mapped_column(String(64))
    state: Mapped[RoomState] = mapped_column(String(10), default=RoomState.OPEN)
    opens_at: Mapped[datetime]
    closes_at: Mapped[datetime] = mapped_column(index=True)
    wrong_passwords: Mapped[int] = mapped_column(default=0)
    locked_since: Mapped[datetime | None]
    """Since when nobody new may knock or be admitted, as an agent wished; None: not locked."""

    participants: Mapped[list[Participant]] = relationship(back_populates="room")


class Participant(Base):
    """A person in, or on the way to, a call."""

    __tablename__ = "participant"

    id: Mapped[int] = mapped_column(primary_key=True)
    room_id: Mapped[int] = mapped_column(ForeignKey("room.id"), index=True)
    agent_id: Mapped[int | None] = mapped_column(ForeignKey("agent.id"))
    seat: Mapped[Seat] = mapped_column(String(10))
    name: Mapped[str] = mapped_column(String(120), default="")
    language: Mapped[str] = mapped_column(String(10), default="fr")
    presence: Mapped[Presence] = mapped_column(String(10))
    presence_since: Mapped[datetime]
    refusal: Mapped[Refusal | None] = mapped_column(String(20))
    generation: Mapped[int] = mapped_column(default=1)
    """The generation of the room's credentials by which a citizen came in."""
    seat_moves: Mapped[int] = mapped_column(default=0)
    """How often this seat moved to another browser; a cookie of before the last move is stale."""
    came_by: Mapped[CameBy] = mapped_column(String(10), default=CameBy.UNKNOWN)
    peer: Mapped[str | None] = mapped_column(String(64))
    """The media peer of the browser connection now in use."""
    echo_peer: Mapped[str | None] = mapped_column(String(64))
    """The media peer of their latest connection test."""
    arrived_at: Mapped[datetime]
    seen_at: Mapped[datetime]

    room: Mapped[Room] = relationship(back_populates="participants", lazy="joined", innerjoin=True)


class Guesser(StrEnum):
    """By what wrong codes are counted."""

    BROWSER = "browser"
    CODE = "code"
    ADDRESS = "address"


class GateTries(Base):
    """How often codes were wrong from one browser, for one code, or from one network address.

    Only a keyed digest of that browser, code or address is kept.
    """

    __tablename__ = "gate_tries"

    digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    kind: Mapped[Guesser] = mapped_column(String(10))
    failures: Mapped[int] = mapped_column(default=0)
    last_failure_at: Mapped[datetime] = mapped_column(index=True)
    closed_until: Mapped[datetime]
    locked: Mapped[bool] = mapped_column(default=False)

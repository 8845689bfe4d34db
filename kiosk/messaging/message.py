"""The values of this engine: what a message says, a message ready to be sent, what came of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from enum import StrEnum
from typing import ClassVar, Protocol, TypeVar

from kiosk.messaging.invite import Method


class Channel(StrEnum):
    """How a message reaches its recipient."""

    EMAIL = "email"
    SMS = "sms"


class Parcel(Protocol):
    """A queued message as its queue gives it to a worker (``notifications/leases.py:Lease``)."""

    @property
    def id(self) -> int: ...
    @property
    def attempt(self) -> int: ...
    @property
    def reference(self) -> str: ...
    @property
    def kind(self) -> str: ...
    @property
    def channel(self) -> str: ...
    @property
    def recipient(self) -> str: ...
    @property
    def language(self) -> str: ...
    @property
    def subject_id(self) -> int: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What every message says: to whom, from which house, and the number to call for help.

    A kind of message adds the fields that its own templates use, and no others.
    """

    citizen_name: str
    house_name: str
    house_phone: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DatedFacts(Facts):
    """What a message about an agreed time says; the reason is not here, on purpose.

    ``version`` rises with each change of the appointment (the calendar entry's SEQUENCE);
    ``calendar_uid`` is the local part of that entry's UID, and stays.
    """

    calendar: ClassVar[Method | None] = None
    """The calendar entry attached to the e-mail: a request, a cancellation, or none."""

    starts_at: datetime
    time_zone: str
    duration_min: int
    version: int
    calendar_uid: str


@dataclass(frozen=True, slots=True)
class Email:
    """A complete e-mail; ``sender`` and ``recipient`` are the bare addresses of the envelope."""

    reference: str
    sender: str
    recipient: str
    mime: EmailMessage


@dataclass(frozen=True, slots=True)
class Sms:
    """A text for one phone, in E.164."""

    reference: str
    recipient: str
    text: str


Outgoing = Email | Sms


@dataclass(frozen=True, slots=True)
class Accepted:
    """The provider took the message; ``provider_id`` is its own name for it, where it gave one."""

    provider_id: str | None = None
    kept_here: bool = False
    """There is no gateway for this channel: the message was written to the outbox folder."""


class DeliveryFailed(Exception):
    """The message was not sent; when ``permanent``, another attempt would not help.

    ``code`` is stable and dotted, at most 60 characters, and names nobody.
    """

    def __init__(self, code: str, *, permanent: bool) -> None:
        super().__init__(code)
        self.code = code
        self.permanent = permanent


MessageT = TypeVar("MessageT", contravariant=True)


class Sender(Protocol[MessageT]):
    """Gives messages to one provider."""

    def send(self, message: MessageT) -> Accepted:
        """Send one message; raise DeliveryFailed. Blocks for at most three minutes."""
        ...

"""The words of this engine: what is to be said, what is ready to leave, what came of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from enum import StrEnum
from typing import Any, Protocol, TypeVar


class Channel(StrEnum):
    """How a message travels."""

    EMAIL = "email"
    SMS = "sms"


class Parcel(Protocol):
    """A queued message as the queue hands it over; see ``storage/outbox_leases.py:Lease``."""

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
    def subject_of(self) -> int: ...
    @property
    def payload(self) -> Mapping[str, Any]: ...


class Facts(Protocol):
    """What a message about an appointment may say. The reason is not here, on purpose."""

    @property
    def citizen_name(self) -> str: ...
    @property
    def house_name(self) -> str: ...
    @property
    def house_phone(self) -> str: ...
    @property
    def starts_at(self) -> datetime: ...
    @property
    def time_zone(self) -> str: ...
    @property
    def duration_min(self) -> int: ...
    @property
    def version(self) -> int: ...
    @property
    def join_url(self) -> str: ...
    @property
    def home_url(self) -> str: ...
    @property
    def room_code(self) -> str: ...
    @property
    def password(self) -> str: ...


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
class Receipt:
    """What the next hop said when it took the message: its own name for it, when it gave one."""

    provider_id: str | None = None


class DeliveryFailed(Exception):
    """The message did not leave; ``permanent`` tells whether trying again could help.

    ``code`` is stable and dotted, at most 60 characters, and names nobody.
    """

    def __init__(self, code: str, *, permanent: bool) -> None:
        super().__init__(code)
        self.code = code
        self.permanent = permanent


MessageT = TypeVar("MessageT", contravariant=True)


class Sender(Protocol[MessageT]):
    """The last hop of our own: hands one message to the outside."""

    def send(self, message: MessageT) -> Receipt:
        """Hand it over; raise DeliveryFailed. Blocks for at most three minutes."""
        ...

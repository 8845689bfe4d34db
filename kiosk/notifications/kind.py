"""A kind of message: which facts it carries, which event sends it, and when."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, fields
from datetime import datetime

from kiosk.messaging.message import Facts


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """An event of one subject, and the person who must learn of it."""

    event: str
    subject_type: str
    subject_id: int
    version: int
    channel: str
    recipient: str
    language: str
    starts_at: datetime
    ends_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """One kind; its name is the name of its module and of its folder of templates.

    ``due_at(notice, now)`` gives the instant at which the message is sent, or None when it is not
    needed. ``facts`` is the class of what the message may say: the owner of the subject gives a
    value to each of its fields when the message is sent.
    """

    subject_type: str
    events: frozenset[str]
    due_at: Callable[[Notice, datetime], datetime | None]
    facts: type[Facts]

    @property
    def opens_the_room(self) -> bool:
        """Whether the message carries the link."""
        return any(field.name == "join_url" for field in fields(self.facts))

"""A kind of message: which facts it carries, which event sends it, and when."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, fields
from datetime import datetime
from enum import StrEnum

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


class Reaction(StrEnum):
    """What an event does to the messages of one kind about its subject."""

    SEND = "send"
    """Withdraw those not sent, and send one anew."""
    WITHDRAW = "withdraw"
    """Withdraw those not sent: they are no longer true."""
    KEEP = "keep"
    """Nothing: they are as true as before."""


def reactions(
    *, send: Iterable[str] = (), withdraw: Iterable[str] = (), keep: Iterable[str] = ()
) -> Mapping[str, Reaction]:
    """Return what each of these events does; one named twice is a ValueError."""
    named = [(event, Reaction.SEND) for event in send]
    named += [(event, Reaction.WITHDRAW) for event in withdraw]
    named += [(event, Reaction.KEEP) for event in keep]
    if len(dict(named)) != len(named):
        raise ValueError("an event has one reaction")
    return dict(named)


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """One kind; its name is the name of its module and of its folder of templates.

    ``reactions`` names every event of the subject (:func:`kiosk.notifications.kinds.checked`).
    ``due_at(notice, now)`` gives the instant at which the message is sent, or None when it is not
    needed. ``facts`` is the class of what the message may say: the owner of the subject gives a
    value to each of its fields when the message is sent.
    """

    subject_type: str
    reactions: Mapping[str, Reaction]
    due_at: Callable[[Notice, datetime], datetime | None]
    facts: type[Facts]

    @property
    def opens_the_room(self) -> bool:
        """Whether the message carries the link."""
        return any(field.name == "join_url" for field in fields(self.facts))

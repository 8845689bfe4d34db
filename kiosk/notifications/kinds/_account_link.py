"""What the kinds of message with an account's one-time link have in common."""

from __future__ import annotations

from dataclasses import dataclass, field

from kiosk.messaging.message import Facts

SUBJECT_TYPE = "account_link"

INVITATION, RESET = "invitation", "reset"


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkFacts(Facts):
    """The login, and the link that lets its holder choose a password once."""

    login: str
    link: str = field(repr=False)

"""Tickets: signed, expiring lists of the topics one page may listen to.

The page carries its ticket and shows it when the socket opens; nothing is stored on the server.
Who gets which topic is decided by the route that renders the page, not here.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from itsdangerous import BadData, URLSafeTimedSerializer

from kiosk.errors import KioskError

LIFETIME_S = 12 * 3600
"""A working day: a page left open overnight reloads and gets a new one."""

MAX_TOPICS = 20
KINDS = ("house", "room", "visit")


class BadTicket(KioskError):
    """Forged, expired or malformed ticket."""

    code = "realtime.bad_ticket"
    status = 403


@dataclass(frozen=True, slots=True)
class Ticket:
    """What a page may listen to; ``who`` names its holder to the others (an id, may be empty)."""

    topics: frozenset[str]
    who: str = ""


def issue(secret: str, topics: Iterable[str], *, who: str = "") -> str:
    """Sign a ticket for ``topics`` (``house:<id>``, ``room:<id>``, ``visit:<id>``; at most 20).

    Raises ValueError for a topic of another kind: that is a mistake of ours, not of a person.
    """
    names = sorted(set(topics))
    if len(names) > MAX_TOPICS or any(name.partition(":")[0] not in KINDS for name in names):
        raise ValueError(f"no ticket for {names}")
    return _serializer(secret).dumps([names, who])


def read(secret: str, ticket: object, *, lifetime_s: int = LIFETIME_S) -> Ticket:
    """Return what ``ticket`` grants; raise :class:`BadTicket` for anything else."""
    if not isinstance(ticket, str):
        raise BadTicket
    try:
        names, who = _serializer(secret).loads(ticket, max_age=lifetime_s)
    except (BadData, TypeError, ValueError) as error:
        raise BadTicket from error
    return Ticket(frozenset(names), who)


def _serializer(secret: str) -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(secret, salt="kiosk.realtime.ticket")

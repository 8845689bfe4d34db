"""Tickets: signed, expiring lists of the topics one page may listen to.

The page holds its ticket and sends it when the socket opens; nothing is stored on the server.
The route that renders the page decides which topics it may listen to.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from itsdangerous import BadData, URLSafeTimedSerializer

from kiosk.errors import KioskError
from kiosk.system.signing import PatientSigner

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
    """What a page may listen to, and for whom it was signed."""

    topics: frozenset[str]
    holder: str = ""
    """A visit or an account; empty where the topics alone say whose page it is."""


def issue(secret: str, topics: Iterable[str], *, holder: str = "") -> str:
    """Sign a ticket for ``topics`` (``house:<id>``, ``room:<id>``, ``visit:<id>``; at most 20).

    ``holder`` names the visit or the account whose pages share a number of sockets.

    Raises ValueError for a topic of another kind: a programming error.
    """
    names = sorted(set(topics))
    if len(names) > MAX_TOPICS or any(name.partition(":")[0] not in KINDS for name in names):
        raise ValueError(f"no ticket for {names}")
    return _serializer(secret).dumps({"topics": names, "holder": holder} if holder else names)


def read(secret: str, ticket: object, *, lifetime_s: int = LIFETIME_S) -> Ticket:
    """Return what ``ticket`` grants; raise :class:`BadTicket` for anything else."""
    if not isinstance(ticket, str):
        raise BadTicket
    try:
        signed = _serializer(secret).loads(ticket, max_age=lifetime_s)
        if isinstance(signed, dict):
            return Ticket(frozenset(signed["topics"]), str(signed["holder"]))
        return Ticket(frozenset(signed))
    except (BadData, KeyError, TypeError, UnicodeError) as error:
        raise BadTicket from error


def _serializer(secret: str) -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(secret, salt="kiosk.realtime.topics", signer=PatientSigner)

"""What guessing credentials costs a network address (decision 0002).

After the second wrong try an address waits 1 s, then 2 s, 4 s and so on; after the eighth it is
locked for a quarter of an hour, and the agents see it. Addresses are kept as keyed digests only.
Every function joins the caller's write transaction.
"""

from __future__ import annotations

import hmac
import ipaddress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import sha256
from math import ceil

from sqlalchemy.orm import Session

from kiosk.calls import store
from kiosk.calls.model import GateTries
from kiosk.errors import TooManyTries
from kiosk.houses import store as houses
from kiosk.storage import revisions

FREE_TRIES = 2
LOCKED_AT = 8
LOCK = timedelta(minutes=15)
FORGOTTEN_AFTER = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class Guesses:
    """Counts the wrong tries of addresses, under one key."""

    key: bytes = field(repr=False)

    def refuse_while_waiting(self, session: Session, address: str, now: datetime) -> None:
        """Raise TooManyTries ``gate.slow`` or ``gate.locked`` while an address has to wait."""
        tries = store.tries(session, self.digest(address))
        if tries is not None and tries.closed_until > now:
            wait = ceil((tries.closed_until - now).total_seconds())
            raise TooManyTries("gate.locked" if tries.locked else "gate.slow", retry_after_s=wait)

    def count(self, session: Session, address: str, now: datetime) -> None:
        """Count one wrong try; a day without any starts the count anew."""
        digest = self.digest(address)
        tries = store.tries(session, digest)
        if tries is None:
            tries = GateTries(address_digest=digest, failures=0, last_failure_at=now)
            session.add(tries)
        if now - tries.last_failure_at > FORGOTTEN_AFTER:
            tries.failures = 0
        tries.failures += 1
        tries.last_failure_at = now
        tries.locked = tries.failures >= LOCKED_AT
        tries.closed_until = now + pause_after(tries.failures)
        if tries.locked:
            for house in houses.houses(session):
                revisions.bump(session, store.house_topic(house.id))

    def digest(self, address: str) -> str:
        """Return the keyed digest of a network address; an IPv6 address counts as its /64."""
        try:
            parsed = ipaddress.ip_address(address)
        except ValueError:
            network = address
        else:
            prefix = 32 if parsed.version == 4 else 64
            network = str(ipaddress.ip_network((parsed, prefix), strict=False))
        return hmac.new(self.key, network.encode(), sha256).hexdigest()


def pause_after(failures: int) -> timedelta:
    """Return how long an address waits after its n-th wrong try."""
    if failures >= LOCKED_AT:
        return LOCK
    if failures <= FREE_TRIES:
        return timedelta(0)
    return timedelta(seconds=2 ** (failures - FREE_TRIES - 1))

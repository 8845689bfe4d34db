"""The gate: who may enter a room, by link or by code and password, and what guessing costs.

Whoever guesses is slowed after the second wrong try (1 s, 2 s, 4 s…), locked for a quarter of an
hour after the eighth, and shown to the agents. A wrong code and a wrong password look the same.
Every function here runs its own write transaction, because a failed try must be remembered.
"""

from __future__ import annotations

import hmac
import ipaddress
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from math import ceil

from sqlalchemy.orm import Session

from kiosk.calls import store
from kiosk.calls.admission import closed_because
from kiosk.calls.links import RoomKeys, clean_code
from kiosk.calls.model import GateTries, Room
from kiosk.errors import KioskError, NotFound, TooManyTries
from kiosk.houses import store as houses
from kiosk.storage import revisions
from kiosk.storage.database import writing

FREE_TRIES = 2
LOCKED_AT = 8
LOCK = timedelta(minutes=15)
FORGOTTEN_AFTER = timedelta(hours=24)
WRONG_PASSWORDS_A_ROOM_BEARS = 30


@dataclass(frozen=True, slots=True)
class Gate:
    """The door with its keys; one per application."""

    keys: RoomKeys
    address_key: bytes

    @classmethod
    def with_secret(cls, secret_key: str) -> Gate:
        """Build the gate of an installation."""
        address_key = hmac.digest(secret_key.encode(), b"gate addresses", sha256)
        return cls(keys=RoomKeys(secret_key), address_key=address_key)

    def by_link(self, session: Session, token: str, *, address: str, now: datetime) -> Room:
        """Return the room this link opens now.

        Raises TooManyTries, NotFound ``gate.wrong``, or KioskError ``gate.too_early``,
        ``gate.closed``, ``gate.cancelled`` whose values hold the house's name and phone.
        """
        with writing(session):
            self._refuse_the_locked(session, address, now)
            room = store.room_by_digest(session, link=self.keys.digest("link", token.strip()))
            if room is None:
                self._count(session, address, now)
        return self._checked(session, room, now)

    def by_code(
        self, session: Session, code: str, password: str, *, address: str, now: datetime
    ) -> Room:
        """Return the room that code and password open now; raises as :meth:`by_link`."""
        with writing(session):
            self._refuse_the_locked(session, address, now)
            digest = self.keys.digest("code", clean_code(code))
            room = store.room_by_digest(session, code=digest)
            if room is not None and not self._password_opens(room, password):
                room = None
            if room is None:
                self._count(session, address, now)
        return self._checked(session, room, now)

    def release(self, session: Session, address_digest: str) -> None:
        """Unlock an address, at an agent's word."""
        with writing(session):
            tries = store.tries(session, address_digest)
            if tries is not None:
                session.delete(tries)

    def address_digest(self, address: str) -> str:
        """Return the keyed digest of a network address; IPv6 counts by its /64."""
        try:
            parsed = ipaddress.ip_address(address)
        except ValueError:
            network = address
        else:
            prefix = 32 if parsed.version == 4 else 64
            network = str(ipaddress.ip_network((parsed, prefix), strict=False))
        return hmac.new(self.address_key, network.encode(), sha256).hexdigest()

    def _password_opens(self, room: Room, password: str) -> bool:
        # Many addresses guessing one room's password together are stopped by the room itself.
        if room.wrong_passwords >= WRONG_PASSWORDS_A_ROOM_BEARS:
            return False
        if self.keys.same_password(room, password):
            return True
        room.wrong_passwords += 1
        return False

    def _refuse_the_locked(self, session: Session, address: str, now: datetime) -> None:
        tries = store.tries(session, self.address_digest(address))
        if tries is not None and tries.closed_until > now:
            wait = ceil((tries.closed_until - now).total_seconds())
            raise TooManyTries("gate.locked" if tries.locked else "gate.slow", retry_after_s=wait)

    def _count(self, session: Session, address: str, now: datetime) -> None:
        digest = self.address_digest(address)
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

    def _checked(self, session: Session, room: Room | None, now: datetime) -> Room:
        if room is None:
            raise NotFound("gate.wrong")
        refusal = closed_because(room, now)
        if refusal is not None:
            house = houses.house(session, room.house_id)
            raise KioskError(
                refusal,
                status=403 if refusal == "gate.too_early" else 410,
                opens_at=room.opens_at,
                closes_at=room.closes_at,
                house=house.name,
                phone=house.phone,
                time_zone=house.time_zone,
            )
        return room


def pause_after(failures: int) -> timedelta:
    """Return how long an address waits after its n-th wrong try."""
    if failures >= LOCKED_AT:
        return LOCK
    if failures <= FREE_TRIES:
        return timedelta(0)
    return timedelta(seconds=2 ** (failures - FREE_TRIES - 1))

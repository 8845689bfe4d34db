"""The credentials check: which room a link, or a code and password, opens now.

A wrong code and a wrong password get the same answer. Every method runs its own write transaction,
because a failed try must be remembered (:mod:`kiosk.calls.guesses`).
"""

from __future__ import annotations

import hmac
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from sqlalchemy.orm import Session

from kiosk.calls import store
from kiosk.calls.admission import closed_because
from kiosk.calls.guesses import Guesses
from kiosk.calls.links import RoomKeys, clean_code
from kiosk.calls.model import Room
from kiosk.errors import KioskError, NotFound
from kiosk.houses import store as houses
from kiosk.storage.database import writing

WRONG_PASSWORDS_A_ROOM_BEARS = 30
"""Many addresses that guess one room's password together are stopped by the room itself."""


@dataclass(frozen=True, slots=True)
class Gate:
    """Checks credentials with the keys of the installation; one per application."""

    keys: RoomKeys
    guesses: Guesses

    @classmethod
    def with_secret(cls, secret_key: str) -> Gate:
        """Build the gate of an installation."""
        guesses_key = hmac.digest(secret_key.encode(), b"gate addresses", sha256)
        return cls(keys=RoomKeys(secret_key), guesses=Guesses(guesses_key))

    def by_link(self, session: Session, token: str, *, address: str, now: datetime) -> Room:
        """Return the room this link opens now.

        Raises TooManyTries, NotFound ``gate.wrong``, or KioskError ``gate.too_early``,
        ``gate.closed``, ``gate.cancelled`` whose values hold the house's name and phone.
        """
        with writing(session):
            self.guesses.refuse_while_waiting(session, address, now)
            room = store.room_by_digest(session, link=self.keys.digest("link", token))
            if room is None:
                self.guesses.count(session, address, now)
        return _open_now(session, room, now)

    def by_code(
        self, session: Session, code: str, password: str, *, address: str, now: datetime
    ) -> Room:
        """Return the room that code and password open now; raises as :meth:`by_link`."""
        with writing(session):
            self.guesses.refuse_while_waiting(session, address, now)
            digest = self.keys.digest("code", clean_code(code))
            room = store.room_by_digest(session, code=digest)
            if room is not None and not self._password_opens(room, password):
                room = None
            if room is None:
                self.guesses.count(session, address, now)
        return _open_now(session, room, now)

    def release(self, session: Session, address_digest: str) -> None:
        """Unlock an address, on an agent's decision."""
        with writing(session):
            tries = store.tries(session, address_digest)
            if tries is not None:
                session.delete(tries)

    def _password_opens(self, room: Room, password: str) -> bool:
        if room.wrong_passwords >= WRONG_PASSWORDS_A_ROOM_BEARS:
            return False
        if self.keys.same_password(room, password):
            return True
        room.wrong_passwords += 1
        return False


def _open_now(session: Session, room: Room | None, now: datetime) -> Room:
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

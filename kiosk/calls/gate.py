"""Credentials check: who may enter a room, by link or by code and password.

A link holds 128 random bits: nobody guesses one, so it is neither counted nor locked. Wrong codes
are counted by :mod:`kiosk.calls.guesses`; a wrong code and a wrong password look the same. Every
function runs its own write transaction, and only when there is something to write.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from kiosk.calls import guesses, store
from kiosk.calls.admission import closed_because
from kiosk.calls.guesses import Guesses, Who
from kiosk.calls.links import RoomKeys, clean_code
from kiosk.calls.model import GateTries, Room
from kiosk.errors import KioskError, NotFound
from kiosk.houses import store as houses
from kiosk.storage import revisions
from kiosk.storage.database import writing

WRONG_PASSWORDS_A_ROOM_BEARS = 30


def code_is_blocked(room: Room) -> bool:
    """Tell whether so many passwords were wrong that the room's code opens nothing any more."""
    return room.wrong_passwords >= WRONG_PASSWORDS_A_ROOM_BEARS


@dataclass(frozen=True, slots=True)
class Gate:
    """The check with its keys; one per application."""

    keys: RoomKeys
    guesses: Guesses

    @classmethod
    def with_secret(cls, secret_key: str) -> Gate:
        """Build the gate of an installation."""
        return cls(keys=RoomKeys(secret_key), guesses=Guesses(secret_key))

    def by_link(self, session: Session, token: str, *, now: datetime) -> Room:
        """Return the room this link opens now; writes nothing.

        Raises NotFound ``gate.wrong``, or KioskError ``gate.too_early``, ``gate.closed``,
        ``gate.cancelled`` whose values hold the house's name and phone.
        """
        digest = self.keys.digest("link", token)
        return self._checked(session, store.room_by_digest(session, link=digest), now)

    def by_code(
        self, session: Session, code: str, password: str, *, who: Who, now: datetime
    ) -> Room:
        """Return the room that code and password open now.

        Raises TooManyTries, or as :meth:`by_link`.
        """
        digits = clean_code(code)
        digests = self.guesses.digests(who, digits)
        code_digest = self.keys.digest("code", digits)
        counts = store.tries(session, digests)
        guesses.refuse_the_closed(counts, now)
        room = self._opened(session, code_digest, password)
        if room is None or counts:
            with writing(session):
                # Again, now that nobody else writes: parallel tries must not all pass.
                counts = guesses.locked_rows(session, digests, now)
                guesses.refuse_the_closed(counts, now)
                room = self._opened(session, code_digest, password)
                if room is not None:
                    guesses.forgive(session, counts, now)
                else:
                    self._count(session, code_digest, counts, now)
        return self._checked(session, room, now)

    def release(self, session: Session, digest: str) -> None:
        """Unlock a browser, a code or an address, at an agent's word."""
        with writing(session):
            for row in store.tries(session, [digest], for_update=True):
                session.delete(row)

    def reopen_code(self, session: Session, room: Room) -> None:
        """Let the room's code open it again, at an agent's word. Writes and commits."""
        with writing(session):
            room.wrong_passwords = 0
            store.announce(session, room)

    def _opened(self, session: Session, code_digest: str, password: str) -> Room | None:
        room = store.room_by_digest(session, code=code_digest)
        # Many addresses guessing one room's password together are stopped by the room itself.
        if room is None or code_is_blocked(room):
            return None
        return room if self.keys.same_password(room, password) else None

    def _count(
        self, session: Session, code_digest: str, counts: Sequence[GateTries], now: datetime
    ) -> None:
        room = store.room_by_digest(session, code=code_digest)
        if room is not None:
            room.wrong_passwords += 1
            if code_is_blocked(room):
                store.announce(session, room)
        if guesses.count(counts, now):
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
                house_id=house.id,
                phone=house.phone,
                time_zone=house.time_zone,
            )
        return room

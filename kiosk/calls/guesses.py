"""How often codes were wrong: counted by browser, by code and by network address.

Each has its own bound (decision 0311). A right code takes back what its browser had counted, and
time lowers every count. What was typed is not kept: rows are found by keyed digests.
"""

from __future__ import annotations

import hmac
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from math import ceil

from sqlalchemy.orm import Session

from kiosk.calls import store
from kiosk.calls.model import GateTries, Guesser
from kiosk.errors import TooManyTries
from kiosk.storage.upsert import insert_missing
from kiosk.system.networks import network_of

LOCK = timedelta(minutes=15)
FORGOTTEN_AFTER = timedelta(hours=24)
"""A count is deleted this long after its last wrong try."""


@dataclass(frozen=True, slots=True)
class Bound:
    """What wrong tries cost: after ``free`` of them a pause of 1 s, 2 s, 4 s…; then a lock."""

    free: int
    locked_at: int
    forgets_one_every: timedelta

    def pause_after(self, failures: int) -> timedelta:
        """Return how long to wait after the n-th wrong try."""
        if failures >= self.locked_at:
            return LOCK
        if failures <= self.free:
            return timedelta(0)
        return timedelta(seconds=2 ** (failures - self.free - 1))


BOUNDS = {
    Guesser.BROWSER: Bound(free=2, locked_at=8, forgets_one_every=timedelta(minutes=5)),
    Guesser.CODE: Bound(free=5, locked_at=12, forgets_one_every=timedelta(minutes=5)),
    # No pauses: people of one building share their address. Only a flood locks it.
    Guesser.ADDRESS: Bound(free=60, locked_at=60, forgets_one_every=timedelta(minutes=1)),
}


@dataclass(frozen=True, slots=True)
class Who:
    """Who types a code: ``browser`` is a random name from its cookie, empty without one."""

    browser: str
    address: str


class Guesses:
    """Reads and writes the counts; one per application. Writes join the caller's transaction."""

    def __init__(self, secret_key: str) -> None:
        self._key = hmac.digest(secret_key.encode(), b"gate addresses", sha256)

    def digests(self, who: Who, code: str) -> Mapping[str, Guesser]:
        """Return the keyed digests under which a try of ``code`` is counted."""
        found = {
            self._digest(Guesser.CODE, code): Guesser.CODE,
            self.of_address(who.address): Guesser.ADDRESS,
        }
        if who.browser:
            found[self._digest(Guesser.BROWSER, who.browser)] = Guesser.BROWSER
        return found

    def of_address(self, address: str) -> str:
        """Return the keyed digest of a network address; IPv6 counts by its /64."""
        return self._digest(Guesser.ADDRESS, network_of(address))

    def _digest(self, kind: Guesser, value: str) -> str:
        return hmac.new(self._key, f"{kind}:{value}".encode(), sha256).hexdigest()


def refuse_the_closed(rows: Iterable[GateTries], now: datetime) -> None:
    """Raise TooManyTries ``gate.slow`` or ``gate.locked`` while one of these counts is closed."""
    closed = [row for row in rows if row.closed_until > now]
    if closed:
        last = max(closed, key=lambda row: row.closed_until)
        wait = ceil((last.closed_until - now).total_seconds())
        code = "gate.locked" if last.locked else "gate.slow"
        raise TooManyTries(code, retry_after_s=wait)


def locked_rows(
    session: Session, digests: Mapping[str, Guesser], now: datetime
) -> Sequence[GateTries]:
    """Return all these counts, made where there were none, locked until the commit.

    Inserted before they are locked, and always in one order: two tries never wait for each other.
    """
    fresh = {"failures": 0, "last_failure_at": now, "closed_until": now, "locked": False}
    rows = [{"digest": digest, "kind": kind, **fresh} for digest, kind in sorted(digests.items())]
    insert_missing(session, GateTries, rows)
    return store.tries(session, digests, for_update=True)


def count(rows: Iterable[GateTries], now: datetime) -> bool:
    """Add one wrong try to each of these counts; return whether one of them is locked by it."""
    locked = False
    for row in rows:
        bound = BOUNDS[row.kind]
        row.failures = left_of(row, now) + 1
        row.last_failure_at = now
        row.locked = row.failures >= bound.locked_at
        row.closed_until = now + bound.pause_after(row.failures)
        locked = locked or row.locked
    return locked


def forgive(session: Session, rows: Iterable[GateTries], now: datetime) -> None:
    """Take back what this browser counted: its owner has shown the right password."""
    by_kind = {row.kind: row for row in rows}
    own = by_kind[Guesser.BROWSER].failures if Guesser.BROWSER in by_kind else 0
    for kind, row in by_kind.items():
        left = left_of(row, now) - own if kind == Guesser.ADDRESS else 0
        if left > 0:
            row.failures, row.last_failure_at = left, now
        else:
            session.delete(row)


def left_of(row: GateTries, now: datetime) -> int:
    """Return what time has left of a count."""
    forgotten = (now - row.last_failure_at) // BOUNDS[row.kind].forgets_one_every
    return max(0, row.failures - max(0, forgotten))

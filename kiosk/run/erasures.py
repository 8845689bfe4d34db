"""What was erased, by id and hour, kept beside the database: a restored backup forgets it again.

One JSON line each in ``erasures.jsonl`` of the instance folder, which no backup contains. Lines
hold ids only, and the mark of the installation whose ids they are (decision 0362).
"""

from __future__ import annotations

import hmac
import os
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path

import msgspec
from sqlalchemy.orm import Session

from kiosk.appointments import retention as appointments
from kiosk.assist import retention as assist
from kiosk.calls import retention as calls
from kiosk.notifications import retention as notifications
from kiosk.visits import retention as visits

FILE = "erasures.jsonl"
KEPT = timedelta(days=365)


class Erasure(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What was erased at one instant: ids of rows, all they held about people."""

    installation: str
    at: datetime
    appointments: tuple[int, ...] = ()
    rooms: tuple[int, ...] = ()
    messages: tuple[int, ...] = ()
    until: datetime | None = None
    """For the hourly rules: everything that ended before this instant is in this line or above."""

    @property
    def is_empty(self) -> bool:
        """Whether it names nothing."""
        return not (self.appointments or self.rooms or self.messages)


class ErasureLog:
    """The log of one installation; ``secret_key`` is what its ids belong to."""

    def __init__(self, file: Path, secret_key: str) -> None:
        self._file = file
        self._mark = mark_of(secret_key)

    def about_to_erase(self, session: Session, *, before: datetime, now: datetime) -> None:
        """Write down what reaches its end (``before``) since the last line, then return.

        To be called before it is erased: a line too many does nothing, one too few would.
        """
        known = (one.until for one in self.entries() if one.until is not None)
        start = max(known, default=datetime.min.replace(tzinfo=UTC))
        self.add(
            Erasure(
                installation=self._mark,
                at=now,
                until=before,
                appointments=tuple(appointments.started_between(session, start, before)),
                rooms=tuple(calls.closed_between(session, start, before)),
                messages=tuple(notifications.ended_between(session, start, before)),
            )
        )

    def add(self, erasure: Erasure) -> None:
        """Write one line, and wait until it is on the disk."""
        if erasure.is_empty:
            return
        handle = os.open(self._file, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        with os.fdopen(handle, "ab") as log:
            log.write(msgspec.json.encode(erasure) + b"\n")
            log.flush()
            os.fsync(log.fileno())

    def entries(self) -> Sequence[Erasure]:
        """Return this installation's lines; a last line that was cut short is passed over."""
        return [one for one in read(self._file) if one.installation == self._mark]

    def tidy(self, *, now: datetime) -> None:
        """Drop the lines that are older than :data:`KEPT`."""
        everything = read(self._file)
        kept = [one for one in everything if one.at > now - KEPT]
        if len(kept) == len(everything):
            return
        draft = self._file.with_name(f".{self._file.name}.part")
        draft.touch(mode=0o600)
        draft.write_bytes(b"".join(msgspec.json.encode(one) + b"\n" for one in kept))
        os.replace(draft, self._file)


def mark_of(secret_key: str) -> str:
    """Return the mark of an installation: it says nothing about the key."""
    return hmac.new(secret_key.encode(), b"erasure log", sha256).hexdigest()[:16]


def read(file: Path) -> list[Erasure]:
    """Return every line of a log that can be read; none where there is no file."""
    if not file.exists():
        return []
    found = []
    for line in file.read_bytes().splitlines():
        try:
            found.append(msgspec.json.decode(line, type=Erasure))
        except msgspec.MsgspecError:
            continue
    return found


def replay(session: Session, erasures: Iterable[Erasure]) -> None:
    """Erase again what these lines name; joins the caller's write transaction."""
    for one in erasures:
        appointments.erase_again(session, one.appointments, erased_at=one.at)
        rooms = calls.rooms_erased(one.rooms, erased_at=one.at)
        assist.erase_conversations(session, rooms)
        visits.erase_visits(session, rooms)
        calls.erase_names(session, rooms)
        notifications.erase_again(session, one.messages, erased_at=one.at)

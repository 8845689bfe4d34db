"""Help on the way in: "Je suis bloqué", written lines, admission from whatever step."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from kiosk.assist import store
from kiosk.assist.model import Author, HelpMessage, JournalEntry
from kiosk.calls import admission, ending, rooms
from kiosk.calls import store as calls
from kiosk.calls.admission import is_admitted
from kiosk.calls.model import CameBy, Refusal, Room
from kiosk.errors import KioskError
from kiosk.language.typed import cut, visible_text
from kiosk.media.engine import MediaEngine
from kiosk.visits import progress
from kiosk.visits import store as visits
from kiosk.visits.model import Visit

LONGEST_MESSAGE = 1000
MOST_MESSAGES = 200


def ask_for_help(session: Session, visit: Visit, reason: str, *, now: datetime) -> None:
    """Note that the citizen is stuck, for the reason code that the page filled in.

    Pressing again keeps the first hour and takes the latest reason.
    """
    if visit.stuck_since is None:
        visit.stuck_since = now
        _journal(session, visit, "stuck", now=now)
    visit.stuck_reason = reason
    calls.announce(session, visit.participant.room)


def no_longer_stuck(session: Session, visit: Visit, *, now: datetime) -> None:
    """Note that the citizen is stuck no more: they say so, or an agent sees it."""
    if visit.stuck_since is not None:
        visit.stuck_since = None
        visit.stuck_reason = None
        _journal(session, visit, "unstuck", now=now)
        calls.announce(session, visit.participant.room)


def say(
    session: Session,
    visit: Visit,
    author: Author,
    text: str,
    *,
    now: datetime,
    agent_id: int | None = None,
) -> HelpMessage:
    """Add a line to the written help; raise KioskError ``help.empty`` or ``help.too_many``.

    Signs that show nothing, ring or turn the line round are left out.
    """
    text = cut(visible_text(text), LONGEST_MESSAGE)
    if not text:
        raise KioskError("help.empty")
    if store.count_messages(session, visit.id) >= MOST_MESSAGES:
        raise KioskError("help.too_many", status=429)
    message = HelpMessage(visit_id=visit.id, author=author, text=text, written_at=now)
    session.add(message)
    session.flush()
    _journal(session, visit, f"message.{author}", now=now, agent_id=agent_id)
    calls.announce(session, visit.participant.room)
    return message


def let_in(session: Session, visit: Visit, *, agent_id: int, now: datetime) -> None:
    """Admit the citizen from wherever they stand; their page takes them to the call."""
    admission.admit(session, visit.participant, now=now)
    visit.stuck_since = None
    visit.stuck_reason = None
    _journal(session, visit, "let_in", now=now, agent_id=agent_id)


def turn_away(
    session: Session,
    engine: MediaEngine,
    visit: Visit,
    reason: Refusal,
    *,
    agent_id: int,
    now: datetime,
) -> None:
    """Do not let the citizen in, or put them out of the call, for a reason they will read.

    Writes and commits. Raises Conflict ``lobby.already_left``.
    """
    with ending.ending(session, engine) as ended:
        ending.refuse(session, visit.participant, reason, ended, now=now)
        _journal(session, visit, f"turned_away.{reason}", now=now, agent_id=agent_id)


def remove(
    session: Session, engine: MediaEngine, visit: Visit, *, agent_id: int, now: datetime
) -> None:
    """Put the citizen out of the call; they may knock again. Writes and commits."""
    with ending.ending(session, engine) as ended:
        ending.remove(session, visit.participant, ended, now=now)
        _journal(session, visit, "removed", now=now, agent_id=agent_id)


def move_here(
    session: Session, engine: MediaEngine, visit: Visit, came_by: CameBy, *, now: datetime
) -> None:
    """Let the browser that asks go on with this visit; the former one loses it.

    Writes and commits.
    """
    with ending.ending(session, engine) as ended:
        progress.move(session, visit, ended, came_by=came_by, now=now)
        _journal(session, visit, "moved", now=now)


def lock_room(session: Session, room: Room, *, agent_id: int, now: datetime) -> None:
    """Lock the room; noted in the journal of everybody who is there."""
    rooms.lock(session, room, now=now)
    for visit in visits.present_in_room(session, room.id, now=now):
        _journal(session, visit, "room_locked", now=now, agent_id=agent_id)


def unlock_room(session: Session, room: Room, *, agent_id: int, now: datetime) -> None:
    """Unlock the room; noted in the journal of everybody who is there."""
    rooms.unlock(session, room)
    for visit in visits.present_in_room(session, room.id, now=now):
        _journal(session, visit, "room_unlocked", now=now, agent_id=agent_id)


def end_call(
    session: Session, engine: MediaEngine, room: Room, *, agent_id: int, now: datetime
) -> None:
    """End the call for everybody in it; the room stays open. Writes and commits."""
    with ending.ending(session, engine) as ended:
        for visit in visits.present_in_room(session, room.id, now=now):
            if is_admitted(visit.participant):
                _journal(session, visit, "call_ended", now=now, agent_id=agent_id)
        ending.end_for_all(session, room, ended, now=now)


def _journal(
    session: Session, visit: Visit, event: str, *, now: datetime, agent_id: int | None = None
) -> None:
    session.add(JournalEntry(visit_id=visit.id, event=event, at=now, agent_id=agent_id))

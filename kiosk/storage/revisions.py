"""Revisions: a counter per topic, raised in the same transaction as the change it announces.

A topic is ``house:<id>`` or ``room:<id>``. After the commit every listener of this process is
called with ``{topic: revision}``; other processes notice it by ``revision_watch.py``. A page that
misses a nudge reads ``…/state?since=<revision>`` and loses nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping

from sqlalchemy import String, event, select, text
from sqlalchemy.orm import Mapped, Session, mapped_column

from kiosk.storage.base import Base
from kiosk.storage.upsert import insert_of

CHANNEL = "kiosk_revision"
"""The PostgreSQL channel that is notified, without content, by each commit that raised one."""

READ_AT_ONCE = 500
"""Topics in one query: SQLite and PostgreSQL limit the number of parameters."""

Listener = Callable[[Mapping[str, int]], None]

_listeners: list[Listener] = []


class Revision(Base):
    """How many times a topic has changed."""

    __tablename__ = "revision"

    topic: Mapped[str] = mapped_column(String(80), primary_key=True)
    number: Mapped[int] = mapped_column(default=0)


def listen(listener: Listener) -> Callable[[], None]:
    """Call ``listener`` after each commit of this process that raised a revision.

    It is called in the thread that committed and must not block. Returns how to stop.
    """
    _listeners.append(listener)
    return lambda: _listeners.remove(listener)


def bump(session: Session, topic: str) -> None:
    """Raise the topic's revision when the running write transaction commits.

    At its end, so that a row that everybody raises is locked for the shortest time, and all
    topics of a transaction in one order: two transactions never wait for each other.
    """
    session.info.setdefault("to_raise", set()).add(topic)


def current(session: Session, topic: str) -> int:
    """Return the topic's revision; 0 when it never changed."""
    number = session.scalar(select(Revision.number).where(Revision.topic == topic))
    return number or 0


def current_each(session: Session, topics: Collection[str]) -> dict[str, int]:
    """Return the revisions of those of these topics that ever changed."""
    names = sorted(topics)
    found: dict[str, int] = {}
    for start in range(0, len(names), READ_AT_ONCE):
        some = names[start : start + READ_AT_ONCE]
        rows = select(Revision.topic, Revision.number).where(Revision.topic.in_(some))
        found |= {row.topic: row.number for row in session.execute(rows)}
    return found


@event.listens_for(Session, "before_commit")
def _raise(session: Session) -> None:
    topics: set[str] = session.info.pop("to_raise", set())
    if not topics:
        return
    session.flush()
    insert = insert_of(session, Revision).on_conflict_do_update(
        index_elements=[Revision.topic], set_={"number": Revision.number + 1}
    )
    rows = [{"topic": topic, "number": 1} for topic in sorted(topics)]
    # One statement for all of them: each is a trip to the database while its lock is held.
    found = session.execute(insert.returning(Revision.topic, Revision.number), rows)
    session.info.setdefault("bumped", {}).update({row.topic: row.number for row in found})
    if session.get_bind().dialect.name == "postgresql":
        # Sent at the commit, once for equal notifications of one transaction.
        session.execute(text(f"NOTIFY {CHANNEL}"))


@event.listens_for(Session, "after_commit")
def _announce(session: Session) -> None:
    bumped: dict[str, int] = session.info.pop("bumped", {})
    if bumped:
        for listener in list(_listeners):
            listener(bumped)


@event.listens_for(Session, "after_rollback")
def _forget(session: Session) -> None:
    session.info.pop("bumped", None)
    session.info.pop("to_raise", None)

"""Revisions: a counter per topic, raised in the same transaction as the change it announces.

A topic is ``house:<id>`` or ``room:<id>``. After the commit every listener is told
``{topic: revision}``; a page that missed it reads ``…/state?since=<revision>`` and loses nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from sqlalchemy import String, event, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from kiosk.storage.base import Base

Listener = Callable[[Mapping[str, int]], None]

_listeners: list[Listener] = []


class Revision(Base):
    """How many times a topic has changed."""

    __tablename__ = "revision"

    topic: Mapped[str] = mapped_column(String(80), primary_key=True)
    number: Mapped[int] = mapped_column(default=0)


def listen(listener: Listener) -> Callable[[], None]:
    """Call ``listener`` after each commit that bumped something; return how to stop.

    It is called in the thread that committed and must not block.
    """
    _listeners.append(listener)
    return lambda: _listeners.remove(listener)


def bump(session: Session, topic: str) -> int:
    """Raise the topic's revision inside the running write transaction; return the new number."""
    row = session.get(Revision, topic, with_for_update=True)
    if row is None:
        row = Revision(topic=topic, number=0)
        session.add(row)
    row.number += 1
    session.info.setdefault("bumped", {})[topic] = row.number
    return row.number


def current(session: Session, topic: str) -> int:
    """Return the topic's revision; 0 when it never changed."""
    number = session.scalar(select(Revision.number).where(Revision.topic == topic))
    return number or 0


@event.listens_for(Session, "after_commit")
def _announce(session: Session) -> None:
    bumped: dict[str, int] = session.info.pop("bumped", {})
    if bumped:
        for listener in list(_listeners):
            listener(bumped)


@event.listens_for(Session, "after_rollback")
def _forget(session: Session) -> None:
    session.info.pop("bumped", None)

"""The kinds of message: each module here is one, and exports its ``KIND``.

A new kind is a new module here and a folder of the same name in ``kiosk/templates/messages/``;
no list has to be extended. A module whose name begins with ``_`` is not a kind.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib import import_module
from pkgutil import iter_modules

from kiosk.notifications.kind import Kind, Reaction


@cache
def every() -> Mapping[str, Kind]:
    """Return every kind by its name; raise UndeclaredEvent."""
    names = sorted(found.name for found in iter_modules(__path__) if found.name[0] != "_")
    return checked({name: import_module(f"{__name__}.{name}").KIND for name in names})


class UndeclaredEvent(LookupError):
    """A kind does not say what an event of its subject does to it, or nobody knows the event."""


def checked(kinds: Mapping[str, Kind]) -> Mapping[str, Kind]:
    """Return the kinds after checking that each names every event of its type of subject.

    A new event would else withdraw, or keep, messages without anybody having thought of it.
    """
    known: dict[str, set[str]] = {}
    for kind in kinds.values():
        known.setdefault(kind.subject_type, set()).update(kind.reactions)
    for name, kind in kinds.items():
        if missing := known[kind.subject_type] - set(kind.reactions):
            raise UndeclaredEvent(f"{name} does not name the events {sorted(missing)}")
    return kinds


def kept_at(subject_type: str, event: str) -> list[str]:
    """Return the kinds whose queued messages stay when this happens; raise UndeclaredEvent."""
    of_subject = {n: kind for n, kind in every().items() if kind.subject_type == subject_type}
    if not any(event in kind.reactions for kind in of_subject.values()):
        raise UndeclaredEvent(f"no kind names the event {event!r} of {subject_type!r}")
    return [name for name, kind in of_subject.items() if kind.reactions[event] == Reaction.KEEP]


def sent_on(subject_type: str, event: str) -> Mapping[str, Kind]:
    """Return the kinds that an event of a subject calls for, by name."""
    return {
        name: kind
        for name, kind in every().items()
        if kind.subject_type == subject_type and kind.reactions.get(event) == Reaction.SEND
    }


def opens_the_room(name: str) -> bool:
    """Return whether messages of this kind carry the link; False for an unknown kind."""
    kind = every().get(name)
    return kind is not None and kind.opens_the_room

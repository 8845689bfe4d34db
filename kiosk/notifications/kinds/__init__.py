"""The kinds of message: each module here is one, and exports its ``KIND``.

A new kind is a new module here and a folder of the same name in ``kiosk/templates/messages/``;
no list has to be extended. A module whose name begins with ``_`` is not a kind.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib import import_module
from pkgutil import iter_modules

from kiosk.notifications.kind import Kind


@cache
def every() -> Mapping[str, Kind]:
    """Return every kind by its name."""
    names = sorted(found.name for found in iter_modules(__path__) if found.name[0] != "_")
    return {name: import_module(f"{__name__}.{name}").KIND for name in names}


def sent_on(subject_type: str, event: str) -> Mapping[str, Kind]:
    """Return the kinds that an event of a subject calls for, by name."""
    return {
        name: kind
        for name, kind in every().items()
        if kind.subject_type == subject_type and event in kind.events
    }


def opens_the_room(name: str) -> bool:
    """Return whether messages of this kind carry the link; False for an unknown kind."""
    kind = every().get(name)
    return kind is not None and kind.opens_the_room

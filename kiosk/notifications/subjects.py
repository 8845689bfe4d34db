"""What messages are about: the owner of each type of subject gives the facts.

The owner is asked when a message is sent, not when it is queued: a message never holds a link
while it waits (decision 0002), and one whose subject has changed since is not sent.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from typing import Any, Protocol

from sqlalchemy.orm import Session

from kiosk.messaging.message import DeliveryFailed, Facts
from kiosk.notifications import kinds
from kiosk.notifications.leases import Lease


class Subject(Protocol):
    """One type of subject, as its owner knows it."""

    def values(self, session: Session, subject_id: int) -> Any | None:
        """Return an object with an attribute for each fact, or None when the subject is gone.

        Its ``version`` is the subject's at this moment.
        """
        ...

    def announce(self, session: Session, subject_id: int) -> None:
        """Raise the revisions of the pages that show messages about this subject."""
        ...


Subjects = Mapping[str, Subject]
"""The owners by subject type."""


def facts_of(session: Session, subjects: Subjects, lease: Lease) -> Facts | None:
    """Return what a leased message says at this moment: the fields its kind declares, no others.

    None when the subject is gone or has changed since the message was queued. Raises
    DeliveryFailed, permanent, for a kind or a type of subject that is not known.
    """
    kind, subject = kinds.every().get(lease.kind), subjects.get(lease.subject_type)
    if kind is None or subject is None:
        raise DeliveryFailed("message.unwritable", permanent=True)
    values = subject.values(session, lease.subject_id)
    if values is None or values.version != lease.payload.get("version"):
        return None
    return kind.facts(**{field.name: getattr(values, field.name) for field in fields(kind.facts)})

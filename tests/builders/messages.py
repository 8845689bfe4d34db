"""A leased message to Robert, and what each kind says of his appointment."""

from __future__ import annotations

from dataclasses import fields
from datetime import datetime, timedelta
from typing import Any

from kiosk.messaging.message import Facts
from kiosk.notifications import kinds
from kiosk.notifications.leases import Lease


def facts(kind: str = "reminder", *, now: datetime, **changes: Any) -> Facts:
    """Return what a kind of message says of Robert's appointment, in an hour and a half."""
    known: dict[str, Any] = {
        "citizen_name": "Robert Martin",
        "house_name": "France services Guéret",
        "house_phone": "+33555123456",
        "starts_at": now + timedelta(minutes=90),
        "time_zone": "Europe/Paris",
        "duration_min": 30,
        "version": 1,
        "calendar_uid": "0f8fad5bd9cb469fa16570867728950e",
        "agent_name": "Léa Martin",
        "house_email": "gueret@exemple.fr",
        "house_address": "1 place Bonnyaud",
        "valid_until": now + timedelta(hours=3),
        "join_url": "https://visio.exemple.fr/rdv#AbCdEfGhIjKlMnOpQrStUv",
        "home_url": "https://visio.exemple.fr",
        "room_code": "123 456 789",
        "password": "tokiba",
        **changes,
    }
    of_kind = kinds.every()[f"appointment_{kind}"].facts
    return of_kind(**{field.name: known[field.name] for field in fields(of_kind)})


def lease(kind: str = "reminder", *, now: datetime, **changes: Any) -> Lease:
    """Lease a message to Robert for four minutes, with changes."""
    given: dict[str, Any] = {
        "id": 1,
        "attempt": 1,
        "reference": "0123456789abcdef0123456789abcdef",
        "kind": f"appointment_{kind}",
        "channel": "email",
        "recipient": "robert@exemple.fr",
        "language": "fr",
        "subject_type": "appointment",
        "subject_id": 7,
        "payload": {"version": 1},
        "until": now + timedelta(minutes=4),
        "expires_at": now + timedelta(minutes=30),
    }
    return Lease(**(given | changes))

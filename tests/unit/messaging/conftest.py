"""The composer, a leased message to Robert, and what each kind says of his appointment."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from kiosk.language.catalogues import catalogue
from kiosk.messaging.composing import Composer
from kiosk.messaging.message import Facts
from kiosk.notifications import kinds
from kiosk.notifications.leases import Lease
from kiosk.settings import ROOT

NOON = datetime(2026, 11, 26, 12, 0, tzinfo=UTC)


TRUE_OF_THE_APPOINTMENT: dict[str, Any] = {
    "citizen_name": "Robert Martin",
    "house_name": "France services Guéret",
    "house_phone": "+33555123456",
    "starts_at": NOON + timedelta(minutes=90),
    "time_zone": "Europe/Paris",
    "duration_min": 30,
    "version": 1,
    "calendar_uid": "0f8fad5bd9cb469fa16570867728950e",
    "agent_name": "Léa Martin",
    "house_email": "gueret@exemple.fr",
    "house_address": "1 place Bonnyaud",
    "valid_until": NOON + timedelta(hours=3),
    "join_url": "https://visio.exemple.fr/rdv#AbCdEfGhIjKlMnOpQrStUv",
    "home_url": "https://visio.exemple.fr",
    "room_code": "123 456 789",
    "password": "tokiba",
}


@pytest.fixture
def now() -> datetime:
    return NOON


@pytest.fixture
def composer() -> Composer:
    return Composer(
        templates=ROOT / "kiosk" / "templates" / "messages",
        sentences=catalogue,
        mail_from="Guichet Visio <ne-pas-repondre@visio.exemple.fr>",
    )


@pytest.fixture
def facts() -> Callable[..., Facts]:
    """Return what a kind of message says of Robert's appointment, with changes."""

    def make(kind: str = "reminder", **changes: Any) -> Facts:
        of_kind = kinds.every()[f"appointment_{kind}"].facts
        known = TRUE_OF_THE_APPOINTMENT | changes
        return of_kind(**{field.name: known[field.name] for field in fields(of_kind)})

    return make


@pytest.fixture
def parcel() -> Callable[..., Lease]:
    """Lease a message to Robert, with changes."""

    def make(kind: str = "reminder", **changes: Any) -> Lease:
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
            "until": NOON + timedelta(minutes=4),
            "expires_at": NOON + timedelta(minutes=30),
        }
        return Lease(**(given | changes))

    return make

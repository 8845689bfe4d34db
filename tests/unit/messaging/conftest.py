"""The composer, a leased message to Robert, and what each kind says of his appointment."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial

import pytest

from kiosk.language.catalogues import catalogue
from kiosk.messaging.composing import Composer
from kiosk.messaging.message import Facts
from kiosk.notifications.leases import Lease
from kiosk.settings import ROOT
from tests.builders import messages

NOON = datetime(2026, 11, 26, 12, 0, tzinfo=UTC)


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
    return partial(messages.facts, now=NOON)


@pytest.fixture
def parcel() -> Callable[..., Lease]:
    """Lease a message to Robert, with changes."""
    return partial(messages.lease, now=NOON)

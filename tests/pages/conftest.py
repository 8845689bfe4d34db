"""What tests of pages share: an application of their own, a fixed hour, a client that inspects.

Journeys' own builders (an agent, an appointment) live in ``tests/builders``.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from flask import Flask

from kiosk import clock
from kiosk.settings import Settings
from tests.builders.applications import application
from tests.pages.inspector import InspectingClient

NOW = datetime(2026, 11, 23, 13, 30, tzinfo=UTC)
"""A Monday, half past two in the afternoon in Paris."""


@pytest.fixture
def now() -> Iterator[datetime]:
    """The hour at which everything happens."""
    with clock.fixed(NOW):
        yield NOW


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Settings of an installation that exists for one test."""
    return Settings(
        secret_key="a-key-for-tests-only-and-nothing-else",
        instance_dir=tmp_path,
        developer_pages=True,
    )


@pytest.fixture
def app(settings: Settings, now: datetime) -> Flask:
    """The whole application on an empty database."""
    made = application(settings)
    made.test_client_class = InspectingClient
    return made


@pytest.fixture
def client(app: Flask) -> InspectingClient:
    """Somebody who has just opened a browser set to French."""
    client = app.test_client()
    assert isinstance(client, InspectingClient)
    client.environ_base["HTTP_ACCEPT_LANGUAGE"] = "fr-FR,fr;q=0.9"
    return client

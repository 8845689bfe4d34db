"""The agents' pages, with the cast at their desks."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from functools import partial

import pytest
from flask import Flask
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from kiosk.appointments.model import Appointment
from kiosk.calls.gate import Gate
from kiosk.settings import Settings
from kiosk.storage.database import Database
from kiosk.web.limits import limiter
from tests.builders import cast as builders
from tests.builders.cast import PASSWORD, Cast
from tests.pages.inspector import InspectingClient


@pytest.fixture(autouse=True)
def nobody_has_tried_yet(app: Flask) -> None:
    limiter.reset()


@pytest.fixture
def session(app: Flask, settings: Settings) -> Iterator[Session]:
    """A session of the test's own on the application's database."""
    database = Database(settings.sqlalchemy_url)
    with database.session() as session:
        yield session
    database.close()


@pytest.fixture
def cast(session: Session) -> Cast:
    return builders.settle(session)


@pytest.fixture
def gate(app: Flask) -> Gate:
    found: Gate = app.extensions["gate"]
    return found


@pytest.fixture
def book(session: Session, gate: Gate, cast: Cast, now: datetime) -> Callable[..., Appointment]:
    """Book Amina with Léa; keyword arguments change what matters."""
    return partial(builders.booked, session, gate.keys, cast.lea, now=now)


@pytest.fixture
def lea(app: Flask, cast: Cast) -> InspectingClient:
    return signed_in(app, "lea")


@pytest.fixture
def nadia(app: Flask, cast: Cast) -> InspectingClient:
    return signed_in(app, "nadia")


@pytest.fixture
def karim(app: Flask, cast: Cast) -> InspectingClient:
    return signed_in(app, "karim")


def signed_in(app: Flask, login: str) -> InspectingClient:
    """Open a browser set to French and sign in."""
    client = app.test_client()
    assert isinstance(client, InspectingClient)
    client.environ_base["HTTP_ACCEPT_LANGUAGE"] = "fr-FR,fr;q=0.9"
    answer = client.post(
        "/agent/connexion",
        data={"csrf_token": client.token(), "login": login, "password": PASSWORD},
    )
    assert answer.status_code == 302
    return client


def choose_house(client: InspectingClient, house_id: int) -> TestResponse:
    """Press "Changer d'espace" with this house chosen."""
    data = {"csrf_token": client.token("/agent/"), "espace": house_id}
    return client.post("/agent/espace", data=data)

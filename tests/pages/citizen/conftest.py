"""Amina's appointment with Léa, twenty minutes from now, and the browsers people come with."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from kiosk.appointments.model import Appointment
from kiosk.calls.links import Credentials
from kiosk.request import gate
from kiosk.storage.database import db
from kiosk.visits.model import Visit
from tests.builders import cast
from tests.pages.inspector import InspectingClient

Book = Callable[..., "Room"]


@dataclass(frozen=True, slots=True)
class Room:
    """What a test needs to know of an appointment."""

    appointment_id: int
    room_id: int
    keys: Credentials


@pytest.fixture
def context(app: Flask) -> Iterator[Session]:
    """A session beside the browser's, to look at and to play the agent with."""
    with app.app_context():
        yield db.session


@pytest.fixture
def book(app: Flask, now: datetime) -> Book:
    """Make an appointment; keyword arguments say what is special about it."""

    def make(*, minutes: int = 20, language: str = "fr", phone: str = "+33557410000") -> Room:
        with app.app_context():
            session, keys = db.session, gate().keys
            house = cast.sainte_foy(session, phone=phone, email="", address="")
            lea = cast.account(session, house, f"lea{house.id}", "Léa Martin")
            starts_at = now + timedelta(minutes=minutes)
            made = cast.booked(session, keys, lea, starts_at=starts_at, language=language, now=now)
            return Room(made.id, made.room_id, keys.of(made.room))

    return make


@pytest.fixture
def room(book: Book) -> Room:
    """Amina's appointment."""
    return book()


@dataclass(frozen=True, slots=True)
class Citizen:
    """Somebody with a browser, distinguished from others by their cookies."""

    browser: InspectingClient

    def comes_by_link(self, room: Room) -> TestResponse:
        """Open the link and touch "Commencer"."""
        return self.pastes(room.keys.token)

    def pastes(self, link: str) -> TestResponse:
        """Send what stands in the address, or what was pasted, as the link."""
        data = {"csrf_token": self.browser.token("/rdv"), "token": link}
        return self.browser.post("/rdv", data=data)

    def types(self, code: str, password: str, who: str = "") -> TestResponse:
        """Type a code and a password on the home page; ``who`` answers whether they are alone."""
        token = self.browser.token("/")
        data = {"csrf_token": token, "code": code, "password": password, "who": who}
        return self.browser.post("/", data=data)

    def sends(self, path: str, **body: Any) -> TestResponse:
        """Do what the page's scripts do: POST JSON with the page's token."""
        headers = {"X-CSRFToken": self.browser.token()}
        return self.browser.post(f"/parcours/{path}", json=body, headers=headers)

    def state(self, since: int | None = None) -> TestResponse:
        """Read the visit's state as the page does."""
        query = "" if since is None else f"?since={since}"
        return self.browser.get(f"/parcours/etat{query}", headers={"Accept": "application/json"})


@pytest.fixture
def citizen(client: InspectingClient) -> Citizen:
    """Amina, who has not come in yet."""
    return Citizen(client)


@pytest.fixture
def amina(citizen: Citizen, room: Room) -> Citizen:
    """Amina, on the path."""
    assert citizen.comes_by_link(room).status_code == 303
    return citizen


@pytest.fixture
def visit(amina: Citizen, context: Session) -> Visit:
    """Amina's visit, as the agent's side sees it."""
    found = context.query(Visit).one()
    assert isinstance(found, Visit)
    return found


def appointment(context: Session, room: Room) -> Appointment:
    """The row of an appointment."""
    found = context.get(Appointment, room.appointment_id)
    assert found is not None
    return found


def plain(html: str) -> str:
    """The page's text with ordinary spaces and apostrophes, for looking sentences up."""
    text = re.sub(r"<[^>]+>", " ", html).replace("\u202f", " ").replace("\u00a0", " ")
    return " ".join(text.replace("&#39;", "'").replace("’", "'").split())

"""One server for all journeys of a worker, and the two who meet in it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Playwright
from sqlalchemy.orm import Session

from tests.builders.server_appointments import Booked, book
from tests.drivers.chromium import Person, sitting_at_chromium
from tests.drivers.media_files import AMINA, LEA
from tests.drivers.people import Agent, Citizen
from tests.drivers.server import RunningServer, running_server

AMINA_AT_HOME = Person(face=AMINA, camera="asked", microphone="asked")
LEA_AT_HER_DESK = Person(face=LEA, shares=True)


@pytest.fixture(scope="session")
def server() -> Iterator[RunningServer]:
    with running_server() as server:
        yield server


@pytest.fixture
def session(server: RunningServer) -> Iterator[Session]:
    """The server's own database: what the agent's side knows."""
    database = server.database()
    with database.session() as session:
        yield session
    database.close()


@pytest.fixture
def booked(server: RunningServer) -> Booked:
    return book(server)


@contextmanager
def meeting(
    playwright: Playwright,
    server: RunningServer,
    amina: Person = AMINA_AT_HOME,
    lea: Person = LEA_AT_HER_DESK,
) -> Iterator[tuple[Citizen, Agent]]:
    """Seat Amina and Léa at two browsers; Léa is signed in."""
    with (
        sitting_at_chromium(playwright, amina) as hers,
        sitting_at_chromium(playwright, lea) as leas,
    ):
        agent = Agent(leas, server)
        agent.signs_in()
        yield Citizen(hers), agent


@pytest.fixture(scope="module")
def pair(playwright: Playwright, server: RunningServer) -> Iterator[tuple[Citizen, Agent]]:
    """Amina and Léa in one call for a whole module; Amina passed over the checks."""
    with meeting(playwright, server) as (amina, lea):
        meet(amina, lea, book(server))
        yield amina, lea


@pytest.fixture
def together(pair: tuple[Citizen, Agent]) -> tuple[Citizen, Agent]:
    """Amina and Léa, both in their call: each test leaves them so."""
    for one in pair:
        one.is_with_somebody(within_s=5)
    return pair


def meet(amina: Citizen, lea: Agent, booked: Booked) -> None:
    """Bring both into the call by the shortest way."""
    lea.opens_the_call(booked)
    amina.opens(booked.link)
    amina.allows_only("Amina")
    lea.lets_in("Amina")
    amina.enters_at_once()
    amina.is_with_somebody()
    lea.is_with_somebody()

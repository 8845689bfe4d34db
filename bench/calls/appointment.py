"""A citizen and an agent in one call through the real pages, each watched in their own browser."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from playwright.sync_api import Playwright

from tests.drivers.chromium import ChromiumScreen, sitting_at_chromium
from tests.drivers.lively_room import in_a_lively_room
from tests.drivers.media_files import AMINA, LEA
from tests.drivers.people import Agent, Citizen
from tests.drivers.reception import Reception
from tests.drivers.server import RunningServer
from tests.drivers.weather import Line
from tests.journeys.conftest import AMINA_AT_HOME, LEA_AT_HER_DESK


@dataclass(frozen=True, slots=True)
class Appointment:
    """The two people before the call; the citizen is first in ``screens`` and ``receptions``."""

    citizen: Citizen
    agent: Agent
    screens: tuple[ChromiumScreen, ChromiumScreen]
    receptions: tuple[Reception, Reception]


@contextmanager
def appointment(
    playwright: Playwright, server: RunningServer, line: Line | None = None
) -> Iterator[Appointment]:
    """Open both browsers, the agent signed in; with a ``line`` the call is led through it."""
    amina = AMINA_AT_HOME.but(face=in_a_lively_room(AMINA))
    lea = LEA_AT_HER_DESK.but(face=in_a_lively_room(LEA))
    with (
        sitting_at_chromium(playwright, amina) as at_home,
        sitting_at_chromium(playwright, lea) as at_her_desk,
    ):
        receptions = (Reception(at_home.page, line), Reception(at_her_desk.page, line))
        agent = Agent(at_her_desk, server)
        agent.signs_in()
        yield Appointment(Citizen(at_home), agent, (at_home, at_her_desk), receptions)

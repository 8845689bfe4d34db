"""The waiting room: the agent's words, being let in, and coming before the hour."""

from __future__ import annotations

from datetime import timedelta

import pytest
from playwright.sync_api import Playwright
from sqlalchemy.orm import Session

from kiosk import clock
from kiosk.appointments.model import Channel
from kiosk.assist import helping
from kiosk.assist.model import Author
from kiosk.calls import rooms
from kiosk.calls.links import RoomKeys
from kiosk.houses import store as houses
from kiosk.storage.database import writing
from tests.builders import cast
from tests.drivers.chromium import Person, sitting_at_chromium
from tests.drivers.media_files import AMINA
from tests.drivers.people import Citizen
from tests.drivers.server import RunningServer
from tests.journeys.visits import latest_visit

pytestmark = pytest.mark.browser

AT_HOME = Person(face=AMINA, camera="asked", microphone="asked")
WITHOUT_SOCKETS = AT_HOME.but(web_sockets=False)


def test_without_sockets_the_agents_words_and_their_open_door_arrive(
    playwright: Playwright, server: RunningServer, session: Session
):
    with sitting_at_chromium(playwright, WITHOUT_SOCKETS) as screen:
        amina = Citizen(screen)
        screen.inspector.expect("WebSocket|websocket")
        amina.opens_the_link(server)
        amina.passes_to("sound")
        amina.is_stuck()
        amina.writes("Je n'entends rien du tout")
        amina.reads_message("Je n'entends rien du tout")
        visit = latest_visit(session)
        assert visit.stuck_reason == "step.sound"

        lea = houses.agent_by_login(session, server.demo.agent_login)
        assert lea is not None
        with writing(session):
            now = clock.now()
            helping.say(session, visit, Author.AGENT, "Montez le volume.", now=now, agent_id=lea.id)
        amina.reads_message("Montez le volume.")
        with writing(session):
            helping.let_in(session, visit, agent_id=lea.id, now=clock.now())
        amina.is_called_in()
        amina.asks_for_a_moment()
        assert amina.step == "sound"
        amina.comes_in()

        amina.is_at("call")


def test_let_in_one_enters_by_oneself_after_the_countdown(
    playwright: Playwright, server: RunningServer, session: Session
):
    with sitting_at_chromium(playwright, WITHOUT_SOCKETS) as screen:
        amina = Citizen(screen)
        screen.inspector.expect("WebSocket|websocket")
        amina.opens_the_link(server)
        amina.passes_to("name")
        screen.press("Aller en salle d’attente")
        amina.is_at("waiting_room")
        screen.waits_until("document.querySelector('[data-phase=working]')")

        visit = latest_visit(session)
        lea = houses.agent_by_login(session, server.demo.agent_login)
        assert lea is not None
        with writing(session):
            helping.let_in(session, visit, agent_id=lea.id, now=clock.now())
        with screen.page.expect_request("**/media/reponse"):
            amina.is_called_in()
        asked: list[object] = []
        screen.page.on("request", lambda request: asked.append(request.post_data_json))

        amina.is_at("call", within_s=10)
        screen.waits_until("document.querySelector('#call[data-state=waiting]')")

        assert {"step": "call"} in asked
        assert not any("sdp" in body for body in asked if isinstance(body, dict))


def test_whoever_is_early_keeps_the_page_open_and_the_door_is_tried_at_the_hour(
    playwright: Playwright, server: RunningServer, session: Session
):
    lea = houses.agent_by_login(session, server.demo.agent_login)
    assert lea is not None
    keys = RoomKeys(server.secret)
    later = cast.booked(
        session,
        keys,
        lea,
        citizen_name="Robert Petit",
        channel=Channel.PAPER,
        starts_at=clock.now() + timedelta(hours=3),
        now=clock.now(),
    )
    token = keys.of(later.room).token
    with sitting_at_chromium(playwright, AT_HOME) as screen:
        screen.inspector.expect("403")
        screen.page.clock.install()
        screen.open(f"{server.url}/rdv#{token}")
        screen.press("Commencer")
        screen.sees("Il est encore un peu tôt")
        screen.sees("La porte s’ouvre toute seule dans 2 h 29")
        with writing(session):
            rooms.schedule(later.room, starts_at=clock.now(), duration=timedelta(minutes=30))

        screen.page.clock.fast_forward("02:30:05")

        Citizen(screen).is_at("welcome")

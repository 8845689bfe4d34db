"""Moving along the path inside one document: Back, cut lines, late scripts, no scripts."""

from __future__ import annotations

import json
import re

import pytest
from playwright.sync_api import Playwright, Route
from sqlalchemy.orm import Session

from tests.builders.server_appointments import Booked
from tests.drivers.axe import assert_accessible
from tests.drivers.chromium import Person, sitting_at_chromium
from tests.drivers.media_files import AMINA
from tests.drivers.people import Citizen
from tests.drivers.server import RunningServer
from tests.journeys.visits import latest_visit

pytestmark = pytest.mark.browser

AT_HOME = Person(face=AMINA, camera="asked", microphone="asked")
WITHOUT_SOCKETS = AT_HOME.but(web_sockets=False)


def test_the_back_button_goes_back_a_step_and_the_title_is_focused(
    playwright: Playwright, server: RunningServer
):
    with sitting_at_chromium(playwright, AT_HOME) as screen:
        amina = Citizen(screen)
        amina.opens_the_link(server)
        amina.passes_to("device")

        screen.page.go_back()

        amina.is_at("what_happens")
        assert amina.focused == "Ce qui va se passer"
        assert screen.address.endswith("/parcours/deroulement")
        screen.page.reload()
        amina.is_at("what_happens")


def test_cut_off_before_the_next_step_the_page_says_so_and_goes_on_by_itself(
    playwright: Playwright, server: RunningServer
):
    with sitting_at_chromium(playwright, WITHOUT_SOCKETS) as screen:
        amina = Citizen(screen)
        screen.inspector.expect("WebSocket|websocket|ERR_INTERNET_DISCONNECTED|ERR_FAILED")
        amina.opens_the_link(server)
        screen.page.evaluate("() => { window.kept = true; }")
        screen.page.route("**/parcours/etapes", lambda route: route.abort())

        amina.does("next")
        screen.sees("La connexion est coupée")
        assert amina.step == "welcome"
        screen.page.unroute("**/parcours/etapes")

        amina.is_at("what_happens")
        assert screen.evaluate("() => window.kept")


def test_where_the_other_steps_are_refused_the_next_page_is_loaded(
    playwright: Playwright, server: RunningServer
):
    with sitting_at_chromium(playwright, AT_HOME) as screen:
        amina = Citizen(screen)
        screen.inspector.expect("404")
        amina.opens_the_link(server)
        screen.page.route("**/parcours/etapes", lambda route: route.fulfill(status=404))

        for step in ("what_happens", "device"):
            amina.does("next")
            amina.is_at(step)

        assert "Votre appareil convient" in amina.verdict("device")
        assert screen.address.endswith("/parcours/appareil")


def test_a_button_touched_before_its_script_came_is_obeyed_when_it_comes(
    playwright: Playwright, server: RunningServer
):
    with sitting_at_chromium(playwright, AT_HOME) as screen:
        amina = Citizen(screen)
        amina.opens_the_link(server)
        held: list[Route] = []
        screen.page.route("**/sound-step.js", lambda route: held.append(route))
        amina.passes_to("sound")

        amina.does("play")
        assert screen.page.locator('[data-phase="idle"] [data-action="play"]').first.is_visible()
        for request in held:
            request.continue_()
        screen.page.unroute("**/sound-step.js")

        amina.is_in_phase("asked")


def test_whoever_leaves_a_step_before_its_script_came_is_not_called_back(
    playwright: Playwright, server: RunningServer, session: Session
):
    with sitting_at_chromium(playwright, AT_HOME) as screen:
        amina = Citizen(screen)
        held: list[Route] = []
        screen.page.route("**/waiting-step.js", lambda route: held.append(route))
        amina.opens_the_link(server)
        amina.passes_to("name")
        screen.press("Aller en salle d’attente")
        amina.is_at("waiting_room")
        screen.page.go_back()
        amina.is_at("name")

        for request in held:
            request.continue_()
        screen.page.unroute("**/waiting-step.js")
        screen.page.wait_for_timeout(500)

        assert amina.step == "name"
    assert latest_visit(session).participant.presence == "on_path"


def test_without_scripts_the_page_says_what_to_do_and_whom_to_call(
    playwright: Playwright, booked: Booked
):
    with sitting_at_chromium(playwright, AT_HOME.but(scripts=False)) as screen:
        screen.open(booked.link)
        screen.sees("collez-le ici")

        screen.press("Taper mon code")
        Citizen(screen).types_the_code(booked.code, booked.password)

        screen.sees("Bienvenue")
        screen.press("Continuer")
        screen.press("J’ai compris")
        # Playwright finds no text in <noscript>: the box says whether it is shown.
        said = screen.page.locator("#path-step noscript p")
        assert said.bounding_box()
        assert "05 36 49 00 10" in " ".join((said.text_content() or "").split())


@pytest.mark.parametrize(
    ("person", "language"),
    [
        (AT_HOME.but(screen="phone"), "fr"),
        (AT_HOME.but(dark=True, camera="blocked"), "en"),
        (AT_HOME.but(screen="small", dark=True, microphone="blocked", less_motion=True), "fr"),
    ],
    ids=["phone", "dark", "small and dark"],
)
def test_every_step_is_accessible_when_one_walks_there(
    playwright: Playwright, booked: Booked, person: Person, language: str
):
    with sitting_at_chromium(playwright, person) as screen:
        amina = Citizen(screen)
        amina_link = re.sub(r"/rdv#", f"/rdv?lang={language}#", booked.link)
        screen.open(amina_link)
        screen.press({"fr": "Commencer", "en": "Start"}[language])
        amina.is_at("welcome")

        steps = json.loads(screen.page.locator("#path-data").text_content() or "{}")["steps"]
        for step in [each["id"] for each in steps if each["id"] not in ("call", "end")]:
            if step == "waiting_room":
                screen.page.locator("#path-step form button").click()
            else:
                amina.passes_to(step)
            amina.is_at(step)
            if step in ("camera", "microphone"):
                amina.is_in_phase("idle", "failed", "good")
            assert_accessible(screen)
            assert not overflows(screen.page), f"{step} is wider than the screen"


def overflows(page) -> bool:
    return bool(
        page.evaluate(
            "() => document.documentElement.scrollWidth > document.documentElement.clientWidth"
        )
    )

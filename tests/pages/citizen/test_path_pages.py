"""Every step of the path is a page of its own, in both languages, and says what a person needs."""

from __future__ import annotations

import json
import re
from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from kiosk import clock
from kiosk.calls.model import Presence
from kiosk.citizen import screens, supplies
from kiosk.readiness import checks
from kiosk.settings import ROOT
from kiosk.visits import steps
from kiosk.visits.model import Visit
from tests.pages.citizen.conftest import Book, Citizen, Room, plain
from tests.pages.inspector import inspect_page


@pytest.mark.parametrize("language", ["fr", "en"])
def test_each_step_is_a_sound_page_with_help_and_the_telephone(amina: Citizen, language: str):
    stuck = {"fr": "Je suis bloqué", "en": "I am stuck"}[language]

    for screen in screens.SCREENS:
        answer = amina.browser.get(f"{screen.path}?lang={language}")

        assert answer.status_code == 200
        assert f'lang="{language}"' in answer.text
        assert stuck in plain(answer.text)
        assert "05 57 41 00 00" in plain(answer.text)


def test_a_page_holds_its_own_step_and_the_others_come_in_one_answer(amina: Citizen):
    page = amina.browser.get("/parcours/camera").text
    rest = amina.browser.get("/parcours/etapes", inspect=False)

    shown = re.findall(r'data-step="(\w+)"', page)
    assert shown == ["camera"]
    assert "<template" not in page
    kept = re.findall(
        r'<template id="step-(\w+)"[^>]*>\s*<section[^>]+data-step="(\w+)"', rest.text
    )
    assert kept == [(step.id, step.id) for step in steps.STEPS]
    assert rest.headers["Cache-Control"] == "no-store"


def test_the_other_steps_speak_the_pages_language_and_know_the_visit(amina: Citizen):
    amina.browser.get("/parcours/camera?lang=en")

    rest = amina.browser.get("/parcours/etapes", inspect=False).text

    assert "Allow the camera" in plain(rest)
    assert re.search(r'id="citizen-name"[^>]*value="Amina Benali"', rest)


def test_without_a_visit_the_other_steps_are_refused(citizen: Citizen):
    answer = citizen.browser.get("/parcours/etapes", headers={"X-Requested-With": "fetch"})

    assert answer.status_code == 403
    assert answer.json["error"]["code"] == "path.no_visit"


def test_once_the_room_is_closed_the_other_steps_are_too(amina: Citizen, visit: Visit):
    with clock.fixed(visit.participant.room.closes_at + timedelta(minutes=1)):
        answer = amina.browser.get("/parcours/etapes", headers={"X-Requested-With": "fetch"})

    assert (answer.status_code, answer.json["error"]["code"]) == (410, "gate.closed")


def test_a_page_announces_the_scripts_of_its_own_step_only(amina: Citizen):
    page = amina.browser.get("/parcours/nom").text

    announced = re.findall(r'rel="modulepreload" href="/static/v-\w+/([^"]+)"', page)
    assert "js/visit/steps/name-step.js" in announced
    assert len(announced) <= 8
    assert not [one for one in announced if one.startswith(("js/call/", "js/readiness/"))]


def test_the_page_measures_with_the_numbers_of_the_checks(amina: Citizen):
    page = amina.browser.get("/parcours/nom").text

    data = re.search(r'id="path-data">(.*?)</script>', page, re.DOTALL)
    assert data is not None
    assert json.loads(data[1])["checks"] == checks.for_page()


def test_the_page_of_a_call_has_its_sheet_and_its_scripts_at_once(amina: Citizen):
    page = amina.browser.get("/parcours/visio").text

    assert "css/calling.css" in page
    assert "js/call/session.js" in page
    assert "css/calling.css" not in amina.browser.get("/parcours/nom").text


def test_what_the_scripts_import_for_a_step_is_what_the_server_announces():
    main = (ROOT / "static" / "js" / "visit" / "behaviours.js").read_text("utf-8")

    imported = {
        f"js/visit/{path}" for path in re.findall(r'import\("\./(steps/[\w-]+\.js)"\)', main)
    }
    announced = {path for paths in supplies.SCRIPTS.values() for path in paths}
    assert {path for path in announced if "/steps/" in path} == imported
    assert set(supplies.SCRIPTS) <= set(steps.BY_ID)
    assert not [path for path in announced if not (ROOT / "static" / path).is_file()]


def test_steps_are_counted_and_the_good_bye_is_not(amina: Citizen):
    first = plain(amina.browser.get("/parcours/bienvenue").text)
    last = plain(amina.browser.get("/parcours/visio").text)

    assert "Étape 1 sur 12" in first
    assert steps.STEPS[-1].number == 0
    assert len(steps.STEPS) == 13
    assert last


def test_the_welcome_says_who_will_be_seen_and_what_the_agent_sees(amina: Citizen):
    text = plain(amina.browser.get("/parcours/bienvenue").text)

    assert "Léa Martin" in text
    assert "14 h 50" in text
    assert "Il ne vous voit pas et ne vous entend pas encore." in text


def test_the_name_of_the_appointment_is_already_typed(amina: Citizen):
    page = amina.browser.get("/parcours/nom").text

    assert re.search(r'id="citizen-name"[^>]*value="Amina Benali"', page)


def test_opening_a_step_tells_the_agent_where_somebody_is(
    amina: Citizen, visit: Visit, context: Session
):
    amina.browser.get("/parcours/micro")

    context.refresh(visit)
    assert visit.step == "microphone"


def test_changing_the_language_is_known_to_the_agent(
    amina: Citizen, visit: Visit, context: Session
):
    amina.browser.get("/parcours/bienvenue?lang=en")

    context.refresh(visit.participant)
    assert visit.participant.language == "en"


def test_a_step_that_does_not_exist_says_so(amina: Citizen):
    assert amina.browser.get("/parcours/nulle-part").status_code == 404


@pytest.mark.parametrize("slug", ["", "/bienvenue", "/attente", "/visio", "/fin"])
def test_without_a_visit_one_is_led_to_the_door(citizen: Citizen, room: Room, slug: str):
    answer = citizen.browser.get(f"/parcours{slug}")

    assert (answer.status_code, answer.location) == (303, "/?lost=1")
    assert "Nous avons perdu votre place" in plain(citizen.browser.get("/?lost=1").text)


def test_the_bare_path_leads_to_the_step_reached(amina: Citizen):
    amina.browser.get("/parcours/son")

    assert amina.browser.get("/parcours").location == "/parcours/son"


def test_the_page_carries_its_steps_and_its_ticket_but_no_secret(amina: Citizen, room: Room):
    page = amina.browser.get("/parcours/bienvenue").text

    found = re.search(r'id="path-data">(.+?)</script>', page)
    assert found
    data = json.loads(found.group(1))
    assert [step["id"] for step in data["steps"]] == [step.id for step in steps.STEPS]
    assert data["ticket"]
    assert room.keys.code not in page
    assert room.keys.password not in page


def test_the_page_has_the_address_of_every_route_its_scripts_ask(amina: Citizen, room: Room):
    page = amina.browser.get("/parcours/bienvenue").text

    found = re.search(r'id="path-data">(.+?)</script>', page)
    assert found
    addresses = json.loads(found.group(1))["addresses"]
    assert addresses["state"] == "/parcours/etat"
    assert addresses["media"] == {
        "offerUrl": "/parcours/media/offre",
        "answerUrl": "/parcours/media/reponse",
        "leaveUrl": "/parcours/media/quitter",
    }
    assert addresses["echo"] == {
        "offerUrl": "/parcours/media/offre?echo=1",
        "answerUrl": "/parcours/media/reponse",
        "leaveUrl": "/parcours/media/quitter?echo=1",
    }


def test_somebody_who_hung_up_is_back_on_the_path_when_they_return(
    amina: Citizen, visit: Visit, context: Session
):
    visit.participant.presence = Presence.LEFT
    context.commit()

    amina.browser.get("/parcours/fin")
    context.refresh(visit.participant)
    assert visit.participant.presence == Presence.LEFT

    amina.browser.get("/parcours/attente")
    context.refresh(visit.participant)
    assert visit.participant.presence == Presence.ON_PATH


def test_a_house_without_a_telephone_shows_none(citizen: Citizen, book: Book):
    citizen.comes_by_link(book(phone=""))

    page = citizen.browser.get("/parcours/bienvenue")

    assert 'href="tel:' not in page.text
    assert inspect_page(page) == []

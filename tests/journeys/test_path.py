"""The path in a real browser, from the link or the code to the waiting room, whatever fails."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Iterator
from datetime import timedelta

import pytest
from playwright.sync_api import Playwright, Route
from sqlalchemy.orm import Session

from kiosk import clock
from kiosk.appointments import booking
from kiosk.appointments.model import Channel
from kiosk.assist import helping
from kiosk.assist.model import Author, Visit
from kiosk.calls import rooms
from kiosk.calls.links import RoomKeys
from kiosk.houses import store as houses
from kiosk.storage.database import writing
from tests.drivers.axe import assert_accessible
from tests.drivers.chromium import Person, sitting_at_chromium
from tests.drivers.citizen_page import MEASURED_WITHIN_S, CitizenPage
from tests.drivers.house import RunningHouse
from tests.drivers.media_files import AMINA

pytestmark = pytest.mark.browser

AT_HOME = Person(face=AMINA, camera="asked", microphone="asked")
WITHOUT_SOCKETS = AT_HOME.but(web_sockets=False)

BLACK_AND_SILENT = """
(() => {
  const media = navigator.mediaDevices;
  media.getUserMedia = async (wish) => {
    if (wish.video) {
      const canvas = Object.assign(document.createElement("canvas"), { width: 320, height: 180 });
      const pen = canvas.getContext("2d");
      setInterval(() => pen.fillRect(0, 0, 320, 180), 50);
      return canvas.captureStream(20);
    }
    return new AudioContext().createMediaStreamDestination().stream;
  };
})();
"""


@pytest.fixture
def session(house: RunningHouse) -> Iterator[Session]:
    """The house's own database: what the agent's side knows."""
    database = house.database()
    with database.session() as session:
        yield session
    database.close()


def knocked(session: Session, *, within_s: float = 5) -> Visit:
    """Wait until the latest visit is at the door, as the agent sees it."""
    deadline = time.monotonic() + within_s
    while (visit := latest_visit(session)).participant.presence != "waiting":
        assert time.monotonic() < deadline, f"still {visit.participant.presence}"
        time.sleep(0.05)
    return visit


def latest_visit(session: Session) -> Visit:
    session.rollback()
    return session.query(Visit).order_by(Visit.id.desc()).limit(1).one()


def test_everything_works_and_the_agent_sees_it(
    playwright: Playwright, house: RunningHouse, session: Session
):
    with sitting_at_chromium(playwright, AT_HOME) as screen:
        amina = CitizenPage(screen)

        amina.opens_the_link(house)
        amina.does("next")
        amina.is_at("what_happens")
        amina.does("next")
        assert "Votre appareil convient" in amina.verdict("device")
        amina.does("next")
        amina.does("ask")
        amina.is_at("microphone_permission")
        amina.does("ask")
        amina.is_at("picture")
        assert "On vous voit bien" in amina.verdict("picture")
        amina.does("seen")
        assert "On vous entend bien" in amina.verdict("voice")
        amina.does("moves")
        amina.does("play")
        amina.does("heard")
        amina.is_at("network")
        amina.verdict("network", within_s=MEASURED_WITHIN_S)
        amina.does("next")
        screen.press("Aller en salle d’attente")
        amina.is_at("waiting_room")

        screen.sees("Vous attendez depuis moins d’une minute")
        visit = knocked(session)

    assert visit.participant.name == "Amina Diallo"
    assert visit.device["browser"].startswith("Chrome")
    good = {check for check, result in visit.checks.items() if result["verdict"] == "good"}
    assert good >= {"device", "camera", "microphone", "picture", "voice", "sound"}
    assert visit.checks["network"]["figures"]["down_kbps"] > 100


def test_the_secret_of_the_link_leaves_the_address_bar(playwright: Playwright, house: RunningHouse):
    with sitting_at_chromium(playwright, AT_HOME) as screen:
        screen.open(house.demo.join_url)
        screen.sees("Commencer")

        assert screen.address == f"{house.url}/rdv"


def test_a_code_typed_by_hand_opens_the_same_door(playwright: Playwright, house: RunningHouse):
    demo = house.demo
    with sitting_at_chromium(playwright, AT_HOME) as screen:
        amina = CitizenPage(screen)
        screen.inspector.expect("404")
        screen.open(house.url)

        amina.types_the_code("111 222 333", "tatata")
        screen.sees("Le code ou le mot de passe ne correspond pas")
        screen.open(house.url)
        amina.types_the_code(demo.room_code, demo.room_password.upper())

        amina.is_at("welcome")


@pytest.mark.parametrize(
    ("camera", "microphone", "remains"),
    [
        ("refused", "asked", "Vous aurez le son seulement"),
        ("asked", "refused", "Gardez votre téléphone près de vous"),
        ("refused", "refused", "Gardez votre téléphone près de vous"),
        ("absent", "absent", "Gardez votre téléphone près de vous"),
    ],
)
def test_whatever_is_refused_the_path_goes_on(
    playwright: Playwright,
    house: RunningHouse,
    session: Session,
    camera: str,
    microphone: str,
    remains: str,
):
    person = AT_HOME.but(camera=camera, microphone=microphone)
    with sitting_at_chromium(playwright, person) as screen:
        amina = CitizenPage(screen)
        amina.opens_the_link(house)
        amina.passes_to("camera_permission")

        for answer, step in (
            (camera, "microphone_permission"),
            (microphone, "picture"),
        ):
            amina.does("ask")
            if answer != "asked":
                amina.is_in_phase("failed")
                amina.does("without")
            amina.is_at(step)
        amina.passes_to("name")
        screen.press("Aller en salle d’attente")

        amina.is_at("waiting_room")
        screen.sees(remains)
        visit = knocked(session)

    failed = {"refused": "denied", "absent": "not_found", "asked": "good"}
    assert visit.checks["camera"]["code"] == f"camera.{failed[camera]}"
    assert visit.checks["microphone"]["code"] == f"microphone.{failed[microphone]}"


def test_a_blocked_camera_is_explained_for_this_browser_and_noticed_once_allowed(
    playwright: Playwright, house: RunningHouse
):
    with sitting_at_chromium(playwright, AT_HOME.but(camera="blocked")) as screen:
        amina = CitizenPage(screen)
        amina.opens_the_link(house)
        amina.passes_to("camera_permission")

        assert "Votre navigateur bloque la caméra" in amina.verdict("camera")
        assert "l’icône des réglages du site" in amina.reads_how_to_allow()
        screen.allow("camera")

        amina.is_at("microphone_permission")


def test_a_covered_camera_and_a_muted_microphone_are_noticed(
    playwright: Playwright, house: RunningHouse, session: Session
):
    with sitting_at_chromium(playwright, AT_HOME) as screen:
        amina = CitizenPage(screen)
        screen.page.add_init_script(BLACK_AND_SILENT)
        amina.opens_the_link(house)
        amina.passes_to("camera_permission")
        amina.does("ask")
        amina.is_at("microphone_permission")
        amina.does("ask")

        assert "L’image est noire" in amina.verdict("picture")
        amina.does("next")
        screen.sees("Nous n’entendons rien pour l’instant")
        amina.does("still")
        assert "Le micro ne vous entend pas" in amina.verdict("voice")

    visit = latest_visit(session)
    assert visit.checks["picture"]["code"] == "picture.black"
    assert visit.checks["voice"]["code"] == "voice.unmoved"


def test_without_sockets_the_agents_words_and_their_open_door_arrive(
    playwright: Playwright, house: RunningHouse, session: Session
):
    with sitting_at_chromium(playwright, WITHOUT_SOCKETS) as screen:
        amina = CitizenPage(screen)
        screen.inspector.expect("WebSocket|websocket")
        amina.opens_the_link(house)
        amina.passes_to("sound")
        amina.is_stuck()
        amina.writes("Je n'entends rien du tout")
        amina.reads_message("Je n'entends rien du tout")
        visit = latest_visit(session)
        assert visit.stuck_reason == "step.sound"

        lea = houses.agent_by_login(session, house.demo.agent_login)
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
    playwright: Playwright, house: RunningHouse, session: Session
):
    with sitting_at_chromium(playwright, WITHOUT_SOCKETS) as screen:
        amina = CitizenPage(screen)
        screen.inspector.expect("WebSocket|websocket")
        amina.opens_the_link(house)
        amina.passes_to("name")
        screen.press("Aller en salle d’attente")
        amina.is_at("waiting_room")
        screen.waits_until("document.querySelector('[data-phase=working]')")

        visit = latest_visit(session)
        lea = houses.agent_by_login(session, house.demo.agent_login)
        assert lea is not None
        with writing(session):
            helping.let_in(session, visit, agent_id=lea.id, now=clock.now())
        amina.is_called_in()

        amina.is_at("call", within_s=10)


def test_the_back_button_goes_back_a_step_and_the_title_is_focused(
    playwright: Playwright, house: RunningHouse
):
    with sitting_at_chromium(playwright, AT_HOME) as screen:
        amina = CitizenPage(screen)
        amina.opens_the_link(house)
        amina.passes_to("device")

        screen.page.go_back()

        amina.is_at("what_happens")
        assert amina.focused == "Ce qui va se passer"
        assert screen.address.endswith("/parcours/deroulement")
        screen.page.reload()
        amina.is_at("what_happens")


def test_cut_off_before_the_next_step_the_page_says_so_and_goes_on_by_itself(
    playwright: Playwright, house: RunningHouse
):
    with sitting_at_chromium(playwright, WITHOUT_SOCKETS) as screen:
        amina = CitizenPage(screen)
        screen.inspector.expect("WebSocket|websocket|ERR_INTERNET_DISCONNECTED|ERR_FAILED")
        amina.opens_the_link(house)
        screen.page.evaluate("() => { window.kept = true; }")
        screen.page.route("**/parcours/etapes", lambda route: route.abort())

        amina.does("next")
        screen.sees("La connexion est coupée")
        assert amina.step == "welcome"
        screen.page.unroute("**/parcours/etapes")

        amina.is_at("what_happens")
        assert screen.evaluate("() => window.kept")


def test_where_the_other_steps_are_refused_the_next_page_is_loaded(
    playwright: Playwright, house: RunningHouse
):
    with sitting_at_chromium(playwright, AT_HOME) as screen:
        amina = CitizenPage(screen)
        screen.inspector.expect("404")
        amina.opens_the_link(house)
        screen.page.route("**/parcours/etapes", lambda route: route.fulfill(status=404))

        for step in ("what_happens", "device"):
            amina.does("next")
            amina.is_at(step)

        assert "Votre appareil convient" in amina.verdict("device")
        assert screen.address.endswith("/parcours/appareil")


def test_a_button_touched_before_its_script_came_is_obeyed_when_it_comes(
    playwright: Playwright, house: RunningHouse
):
    with sitting_at_chromium(playwright, AT_HOME) as screen:
        amina = CitizenPage(screen)
        amina.opens_the_link(house)
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
    playwright: Playwright, house: RunningHouse, session: Session
):
    with sitting_at_chromium(playwright, AT_HOME) as screen:
        amina = CitizenPage(screen)
        held: list[Route] = []
        screen.page.route("**/waiting-step.js", lambda route: held.append(route))
        amina.opens_the_link(house)
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
    playwright: Playwright, house: RunningHouse
):
    with sitting_at_chromium(playwright, AT_HOME.but(scripts=False)) as screen:
        screen.open(house.demo.join_url)
        screen.sees("Tapez plutôt le code et le mot de passe")

        screen.press("Taper mon code")
        CitizenPage(screen).types_the_code(house.demo.room_code, house.demo.room_password)

        screen.sees("Bienvenue")
        screen.press("Continuer")
        screen.press("J’ai compris")
        # Playwright finds no text in <noscript>: the box says whether it is shown.
        said = screen.page.locator("#path-step noscript p")
        assert said.bounding_box()
        assert "05 36 49 00 10" in " ".join((said.text_content() or "").split())


@pytest.mark.parametrize(
    "person",
    [
        AT_HOME.but(screen="phone"),
        AT_HOME.but(dark=True, camera="blocked"),
        AT_HOME.but(screen="small", dark=True, microphone="blocked", less_motion=True),
    ],
    ids=["phone", "dark", "small and dark"],
)
@pytest.mark.parametrize("language", ["fr", "en"])
def test_every_step_is_accessible(
    playwright: Playwright, house: RunningHouse, person: Person, language: str
):
    with sitting_at_chromium(playwright, person) as screen:
        amina = CitizenPage(screen)
        for page in ("/", "/rdv", "/guides"):
            screen.open(f"{house.url}{page}?lang={language}")
            assert_accessible(screen)
        amina_link = re.sub(r"/rdv#", f"/rdv?lang={language}#", house.demo.join_url)
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
            if step in ("camera_permission", "microphone_permission"):
                amina.is_in_phase("idle", "failed", "good")
            assert_accessible(screen)
            assert not overflows(screen.page), f"{step} is wider than the screen"


def overflows(page) -> bool:
    return bool(
        page.evaluate(
            "() => document.documentElement.scrollWidth > document.documentElement.clientWidth"
        )
    )


BROWSERS = [
    (
        "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) "
        "Chrome/142.0.0.0 Safari/537.36 Edg/142.0.0.0",
        ("computer", "Edge 142", "Windows", None, "chrome"),
    ),
    (
        "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
        ("computer", "Firefox 140", "Linux", None, "firefox"),
    ),
    (
        "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) "
        "Version/18.1 Safari/605.1.15",
        ("computer", "Safari 18", "Mac", None, "safari-mac"),
    ),
    (
        "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 "
        "(KHTML, like Gecko) Version/17.5 Mobile/15E148 Safari/604.1",
        ("phone", "Safari 17", "iPhone", None, "safari-ios"),
    ),
    (
        "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 "
        "(KHTML, like Gecko) CriOS/126.0.6478.54 Mobile/15E148 Safari/604.1",
        ("phone", "Chrome 126", "iPhone", None, "chrome-ios"),
    ),
    (
        "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 "
        "(KHTML, like Gecko) Mobile/15E148 [FBAN/FBIOS;FBAV/470.0.0.36.106]",
        ("phone", "", "iPhone", "in_app", "chrome-ios"),
    ),
    (
        "Mozilla/5.0 (Linux; Android 14; SM-A546B) AppleWebKit/537.36 (KHTML, like Gecko) "
        "SamsungBrowser/25.0 Chrome/121.0.0.0 Mobile Safari/537.36",
        ("phone", "Samsung Internet 25", "Android 14", None, "samsung"),
    ),
    (
        "Mozilla/5.0 (Linux; Android 13; Pixel 6; wv) AppleWebKit/537.36 (KHTML, like Gecko) "
        "Version/4.0 Chrome/126.0.6478.71 Mobile Safari/537.36",
        ("phone", "Chrome 126", "Android 13", "in_app", "chrome-android"),
    ),
    (
        "Mozilla/5.0 (Linux; Android 9; SM-T510) AppleWebKit/537.36 (KHTML, like Gecko) "
        "Chrome/80.0.3987.99 Safari/537.36",
        ("tablet", "Chrome 80", "Android 9", "outdated", "chrome-android"),
    ),
]


def test_browsers_are_told_apart_by_what_they_say(playwright: Playwright, house: RunningHouse):
    with sitting_at_chromium(playwright, AT_HOME) as screen:
        screen.open(house.url)
        found = screen.evaluate(
            """async (agents) => {
              const { describe, recoveryFor } = await import("/static/js/readiness/browser.js");
              return agents.map((userAgent) => {
                const device = describe({ userAgent });
                const { kind, browser, system, problem } = device;
                return [kind, browser, system, problem, recoveryFor(device, false)];
              });
            }""",
            [agent for agent, _ in BROWSERS],
        )

        assert [tuple(one) for one in found] == [told for _, told in BROWSERS]


def test_whoever_is_early_keeps_the_page_open_and_the_door_is_tried_at_the_hour(
    playwright: Playwright, house: RunningHouse, session: Session
):
    lea = houses.agent_by_login(session, house.demo.agent_login)
    assert lea is not None
    keys = RoomKeys(house.secret)
    with writing(session):
        later = booking.book(
            session,
            keys,
            booking.Wish(
                house=lea.house,
                agent=lea,
                citizen_name="Robert Petit",
                language="fr",
                channel=Channel.PAPER,
                contact="",
                reason="",
                starts_at=clock.now() + timedelta(hours=3),
                duration_min=30,
            ),
            now=clock.now(),
        )
        token = keys.of(later.room).token
    with sitting_at_chromium(playwright, AT_HOME) as screen:
        screen.inspector.expect("403")
        screen.page.clock.install()
        screen.open(f"{house.url}/rdv#{token}")
        screen.press("Commencer")
        screen.sees("Il est encore un peu tôt")
        screen.sees("La porte s’ouvre toute seule dans 2 h 29")
        with writing(session):
            rooms.schedule(later.room, starts_at=clock.now(), duration=timedelta(minutes=30))

        screen.page.clock.fast_forward("02:30:05")

        CitizenPage(screen).is_at("welcome")

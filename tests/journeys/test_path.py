"""The path in a real browser, from the link or the code to the waiting room, whatever fails."""

from __future__ import annotations

import pytest
from playwright.sync_api import Playwright
from sqlalchemy.orm import Session

from kiosk.readiness.checks.device import OLDEST
from tests.builders.server_appointments import Booked
from tests.drivers.chromium import Person, sitting_at_chromium
from tests.drivers.media_files import AMINA
from tests.drivers.people import Citizen
from tests.drivers.people.on_the_path import MEASURED_WITHIN_S
from tests.drivers.server import RunningServer
from tests.journeys.visits import checks_of, knocked, latest_visit

pytestmark = pytest.mark.browser

AT_HOME = Person(face=AMINA, camera="asked", microphone="asked")

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


def test_everything_works_and_the_agent_sees_it(
    playwright: Playwright, server: RunningServer, session: Session
):
    with sitting_at_chromium(playwright, AT_HOME) as screen:
        amina = Citizen(screen)

        amina.opens_the_link(server)
        amina.does("next")
        amina.is_at("what_happens")
        amina.does("next")
        assert "Votre appareil convient" in amina.verdict("device")
        amina.does("next")
        amina.does("ask")
        amina.is_at("microphone")
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
    checks = checks_of(session, visit)
    good = {check for check, result in checks.items() if result.verdict == "good"}
    assert good >= {"device", "camera", "microphone", "picture", "voice", "sound"}
    assert checks["network"].figures["down_kbps"] > 100


def test_the_secret_of_the_link_leaves_address_and_history_with_the_press(
    playwright: Playwright, server: RunningServer, booked: Booked
):
    with sitting_at_chromium(playwright, AT_HOME) as screen:
        screen.open(booked.link)
        screen.sees("Commencer")
        # Until the press it stays (decision 0302): a reload, or another browser, opens the link.
        assert screen.address == booked.link

        screen.press("Commencer")
        Citizen(screen).is_at("welcome")
        screen.page.go_back()

        assert screen.address == f"{server.url}/rdv"


def test_a_code_typed_by_hand_opens_the_same_door(
    playwright: Playwright, server: RunningServer, booked: Booked
):
    with sitting_at_chromium(playwright, AT_HOME) as screen:
        amina = Citizen(screen)
        screen.inspector.expect("404")
        screen.open(server.url)

        amina.types_the_code("111 222 333", "tatata")
        screen.sees("Le code ou le mot de passe ne correspond pas")
        screen.open(server.url)
        amina.types_the_code(booked.code, booked.password.upper())

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
    server: RunningServer,
    session: Session,
    camera: str,
    microphone: str,
    remains: str,
):
    person = AT_HOME.but(camera=camera, microphone=microphone)
    with sitting_at_chromium(playwright, person) as screen:
        amina = Citizen(screen)
        amina.opens_the_link(server)
        amina.passes_to("camera")

        for answer, step in (
            (camera, "microphone"),
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
    checks = checks_of(session, visit)
    assert checks["camera"].code == f"camera.{failed[camera]}"
    assert checks["microphone"].code == f"microphone.{failed[microphone]}"


def test_a_blocked_camera_is_explained_for_this_browser_and_noticed_once_allowed(
    playwright: Playwright, server: RunningServer
):
    with sitting_at_chromium(playwright, AT_HOME.but(camera="blocked")) as screen:
        amina = Citizen(screen)
        amina.opens_the_link(server)
        amina.passes_to("camera")

        assert "Votre navigateur bloque la caméra" in amina.verdict("camera")
        assert "l’icône des réglages du site" in amina.reads_how_to_allow()
        screen.allow("camera")

        amina.is_at("microphone")


def test_a_covered_camera_and_a_muted_microphone_are_noticed(
    playwright: Playwright, server: RunningServer, session: Session
):
    with sitting_at_chromium(playwright, AT_HOME) as screen:
        amina = Citizen(screen)
        screen.page.add_init_script(BLACK_AND_SILENT)
        amina.opens_the_link(server)
        amina.passes_to("camera")
        amina.does("ask")
        amina.is_at("microphone")
        amina.does("ask")

        assert "L’image est noire" in amina.verdict("picture")
        amina.does("next")
        screen.sees("Nous n’entendons rien pour l’instant")
        amina.does("still")
        assert "Le micro ne vous entend pas" in amina.verdict("voice")

    checks = checks_of(session, latest_visit(session))
    assert checks["picture"].code == "picture.black"
    assert checks["voice"].code == "voice.unmoved"


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


def test_browsers_are_told_apart_by_what_they_say(playwright: Playwright, server: RunningServer):
    with sitting_at_chromium(playwright, AT_HOME) as screen:
        screen.open(server.url)
        found = screen.evaluate(
            """async ([agents, oldest]) => {
              const { describe, recoveryFor } = await import("/static/js/readiness/device.js");
              return agents.map((userAgent) => {
                const device = describe({ userAgent, oldest });
                const { kind, browser, system, problem } = device;
                return [kind, browser, system, problem, recoveryFor(device, false)];
              });
            }""",
            [[agent for agent, _ in BROWSERS], OLDEST.value],
        )

        assert [tuple(one) for one in found] == [wanted for _, wanted in BROWSERS]

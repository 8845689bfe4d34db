"""The drivers themselves: both browsers really have a camera, a voice, and honest inspectors."""

from __future__ import annotations

import http.server
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Playwright

from tests.drivers.axe import assert_accessible
from tests.drivers.chromium import Person, sitting_at_chromium
from tests.drivers.firefox import TONE_HZ, sitting_at_firefox
from tests.drivers.media_files import AMINA, LEA, Face
from tests.drivers.screen import Screen
from tests.drivers.senses import brightest_tone_hz, colours

pytestmark = pytest.mark.browser

PAGE = """<!doctype html><html lang="fr"><head><title>Bonjour</title></head><body><main>
<h1>Bonjour</h1>
<label for="name">Votre nom</label><input id="name">
<button id="go">Voir ma caméra</button>
<video id="mine" autoplay muted playsinline width="320" height="240"></video>
<p id="said" role="status"></p>
<script>
document.getElementById("go").addEventListener("click", async () => {
  const said = document.getElementById("said");
  try {
    const stream = await navigator.mediaDevices.getUserMedia({ video: true, audio: true });
    document.getElementById("mine").srcObject = stream;
    said.textContent = `Voici ${document.getElementById("name").value}`;
  } catch (error) {
    said.textContent = `Impossible : ${error.name}`;
  }
});
</script></main></body></html>"""


class _OnePage(http.server.BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200 if self.path == "/" else 204)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.end_headers()
        if self.path == "/":
            self.wfile.write(PAGE.encode())

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def page_url() -> Iterator[str]:
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), _OnePage) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://localhost:{server.server_port}/"
        server.shutdown()
        thread.join()


def _shows_themselves(screen: Screen, url: str) -> None:
    screen.open(url)
    screen.type_in("Votre nom", "Amina")
    screen.press("Voir ma caméra")
    screen.sees("Voici Amina")


@pytest.mark.parametrize("face", [AMINA, LEA], ids=["amina", "lea"])
def test_in_chromium_everybody_has_their_own_face_and_voice(
    playwright: Playwright, page_url: str, face: Face
) -> None:
    with sitting_at_chromium(playwright, Person(face=face)) as screen:
        _shows_themselves(screen, page_url)

        assert colours(screen, "#mine").is_of(face)
        assert brightest_tone_hz(screen, "#mine") == pytest.approx(face.tone_hz, abs=15)


def test_in_firefox_there_is_a_picture_and_a_tone(page_url: str, tmp_path: Path) -> None:
    with sitting_at_firefox() as screen:
        _shows_themselves(screen, page_url)
        screen.photograph(tmp_path / "screen.png")

        assert colours(screen, "#mine").has_picture
        assert brightest_tone_hz(screen, "#mine") == pytest.approx(TONE_HZ, abs=15)
        assert (tmp_path / "screen.png").read_bytes().startswith(b"\x89PNG")
        assert screen.complaints == []


@pytest.mark.parametrize(
    ("person", "said"),
    [
        (Person(camera="asked", microphone="asked"), "Voici "),
        (Person(camera="refused"), "Impossible : NotAllowedError"),
        (Person(microphone="blocked"), "Impossible : NotAllowedError"),
        (Person(camera="absent"), "Impossible : NotFoundError"),
    ],
    ids=["asked", "camera refused", "microphone blocked", "no camera"],
)
def test_a_person_answers_the_browser_as_they_please(
    playwright: Playwright, page_url: str, person: Person, said: str
) -> None:
    with sitting_at_chromium(playwright, person) as screen:
        screen.open(page_url)

        screen.press("Voir ma caméra")

        screen.sees(said)


def test_who_changes_their_mind_is_heard(playwright: Playwright, page_url: str) -> None:
    with sitting_at_chromium(playwright, Person(camera="refused")) as screen:
        screen.open(page_url)
        screen.press("Voir ma caméra")
        screen.sees("NotAllowedError")

        screen.allow("camera")
        screen.press("Voir ma caméra")

        screen.sees("Voici")


@pytest.mark.parametrize("device", ["camera", "microphone"])
def test_in_firefox_a_device_can_be_blocked(page_url: str, device: str) -> None:
    with sitting_at_firefox(**{device: False}) as screen:
        screen.open(page_url)

        screen.press("Voir ma caméra")

        screen.sees("Impossible : NotAllowedError")


def test_the_inspectors_see_what_is_wrong(playwright: Playwright, page_url: str) -> None:
    with sitting_at_chromium(playwright) as screen:
        screen.open(page_url)
        assert_accessible(screen)
        screen.inspector.expect("missing.invalid|Amina est perdue")
        screen.evaluate("() => console.error('Amina est perdue')")
        screen.evaluate("() => document.querySelector('label').remove()")

        with pytest.raises(AssertionError, match="label"):
            assert_accessible(screen)
        screen.inspector.verdict()
        screen.evaluate("() => console.error('et Robert aussi')")
        with pytest.raises(AssertionError, match="Robert"):
            screen.inspector.verdict()
        screen.inspector.expect("Robert")


def test_a_request_to_somebody_else_is_noticed(playwright: Playwright, page_url: str) -> None:
    with sitting_at_chromium(playwright) as screen:
        screen.open(page_url)
        screen.inspector.expect("Failed to load")

        screen.evaluate("() => fetch('http://nobody.invalid/').catch(() => null)")

        with pytest.raises(AssertionError, match=r"nobody\.invalid"):
            screen.inspector.verdict()
        screen.inspector.forget_requests()

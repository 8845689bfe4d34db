"""What a citizen, an agent, and somebody in a call can do; selectors stay in this file."""

from __future__ import annotations

import json

import pytest
from playwright.sync_api import Route

from kiosk.visits.steps import STEPS
from tests.drivers.media_files import Face
from tests.drivers.screen import Screen
from tests.drivers.senses import brightest_tone_hz, colours
from tests.drivers.server import RunningServer
from tests.journeys.appointments import Booked

OTHER = ".app-face--other"
PICTURE = f"{OTHER} video"
SCREEN = ".app-visio__screen video"
AGENTS_PICTURE = "document.querySelector('.app-face--other video[aria-label=\"Léa Fontaine\"]')"
TONE_WITHIN_HZ = 15
MEASURED_WITHIN_S = 30
BACK_WITHIN_S = 30


_WILL_BE_ASKED = """
async (name) => (await navigator.permissions.query({ name })).state === "prompt"
"""

_PRESSED_OR_INSIDE = """(
  document.querySelector("#enter-now[open] #enter-now-go")?.click(),
  document.getElementById("path")?.dataset.at === "call"
)"""

_REMEMBER = """
(state) => {
  const call = document.querySelector(".app-visio");
  window.times = 0;
  new MutationObserver(() => {
    if (call.dataset.state === state) window.times += 1;
  }).observe(call, { attributeFilter: ["data-state"] });
}
"""


# No browser can be made to mute a track of its fake camera: the page is told as the system would.
_PAUSE_THE_CAMERA = """
() => {
  const [track] = document.querySelector(".app-face--self video").srcObject.getVideoTracks();
  Object.defineProperty(track, "muted", { value: true });
  track.dispatchEvent(new Event("mute"));
}
"""


class InCall:
    """Somebody in a call: what they see and hear of the other, what they press."""

    def __init__(self, screen: Screen) -> None:
        self.screen = screen

    def is_with_somebody(self, *, within_s: float = 20) -> None:
        """Wait until the other one is there, seen or not."""
        self._state("connected", within_s)

    def is_with(self, others: int) -> None:
        """Wait until so many others are on the stage, each with a picture that plays."""
        self.screen.waits_until(
            f"document.querySelectorAll('{PICTURE}').length === {others} && "
            f"[...document.querySelectorAll('{PICTURE}')].every((one) => one.videoWidth)",
            within_s=30,
        )

    def is_alone(self) -> None:
        """Wait until nobody else is there, and the page says so."""
        self._state("waiting", 20)

    def watches_for_a_cut(self) -> None:
        """From now on, remember whether the page ever says that the connection is cut."""
        self.screen.evaluate(_REMEMBER, "reconnecting")

    def watches_who_is_there(self) -> None:
        """From now on, remember whether the page ever says that nobody else is there."""
        self.screen.evaluate(_REMEMBER, "waiting")

    def goes_back(self) -> None:
        """Use the browser's Back; the page asks before it leaves the call."""
        self.screen.evaluate("() => history.back()")
        self.screen.sees("Quitter la visio")

    def stays(self) -> None:
        """Say no to leaving."""
        self.screen.press("Rester")

    def changes_networks(self) -> None:
        """Let the browser tell the page so; its call then asks for a new path, and gets it."""
        self.screen.evaluate("() => dispatchEvent(new Event('online'))")
        self.screen.waits_until(
            "performance.getEntriesByType('resource').filter("
            "e => e.name.endsWith('/media/reponse') && e.responseStatus < 300).length === 2"
        )

    def was_never_alone(self) -> None:
        """Look back: the page never said that nobody else is there."""
        assert self.screen.evaluate("() => window.times") == 0

    def was_told_of_no_cut(self) -> None:
        """Look back: the page never said that the connection was cut."""
        assert self.screen.evaluate("() => window.times") == 0

    def was_told_of_a_cut(self) -> None:
        """Wait until the page has said it, and the call goes on again."""
        self.screen.waits_until("window.times > 0", within_s=BACK_WITHIN_S)
        self._state("connected", BACK_WITHIN_S)

    saw_the_other_go_and_come_back = was_told_of_a_cut

    def reads(self, text: str) -> None:
        """Wait for a visible text."""
        self.screen.sees(text)

    def sees(self, face: Face) -> None:
        """Look at the other's picture: their colours, and moving."""
        seen = colours(self.screen, PICTURE)
        assert seen.is_of(face), f"not the picture of {face.name}: {seen}"

    def sees_a_moving_picture(self) -> None:
        """Look at the other's picture, whatever it shows."""
        seen = colours(self.screen, PICTURE)
        assert seen.has_picture, seen

    def hears(self, tone_hz: float) -> None:
        """Listen to the other's voice."""
        assert brightest_tone_hz(self.screen, PICTURE) == pytest.approx(tone_hz, abs=TONE_WITHIN_HZ)

    def hears_nothing(self) -> None:
        """Listen to silence."""
        assert brightest_tone_hz(self.screen, PICTURE) == 0

    def reads_on_the_other(self, words: str) -> None:
        """Read a fact written on the other's picture."""
        self.screen.waits_until(
            f"[...document.querySelectorAll('{OTHER} figcaption > *')].some("
            f"e => e.checkVisibility() && e.textContent.includes({json.dumps(words)}))"
        )

    def no_longer_reads_on_the_other(self, words: str) -> None:
        """Wait until a fact is gone from the other's picture."""
        self.screen.waits_until(
            f"[...document.querySelectorAll('{OTHER} figcaption > *')].every("
            f"e => !e.checkVisibility() || !e.textContent.includes({json.dumps(words)}))"
        )

    def sees_the_other_speak(self) -> None:
        """Wait until the other one is marked as speaking."""
        self.screen.waits_until(f"document.querySelector('{OTHER}').matches('[data-speaking]')")

    def sees_the_other_silent(self) -> None:
        """Wait until the other one is not, any more."""
        self.screen.waits_until(f"!document.querySelector('{OTHER}').matches('[data-speaking]')")

    def mutes(self) -> None:
        """Press the microphone's button."""
        self.screen.press("Couper le micro")

    def unmutes(self) -> None:
        """Press it again."""
        self.screen.press("Remettre le micro")

    def shares_the_screen(self) -> None:
        """Press the button; the browser knows beforehand what to show (``Person.shares``)."""
        self.screen.press("Partager l’écran")

    def stops_sharing(self) -> None:
        """Press the button beside the word that one shares."""
        self.screen.press("Arrêter")

    def sees_the_screen_of(self, name: str) -> None:
        """Look at a shared screen under its owner's name."""
        self.screen.sees(f"Écran partagé par {name}")
        self.sees_the_screen()

    def sees_the_screen(self) -> None:
        """Look at a shared screen: large, with the face still there."""
        seen = colours(self.screen, SCREEN)
        assert seen.has_picture, f"nothing of the screen has come: {seen}"
        self.screen.waits_until(
            f"document.querySelector('{SCREEN}').clientWidth"
            f" > 2 * document.querySelector('{PICTURE}').clientWidth"
        )

    def sees_no_screen(self) -> None:
        """Wait until no screen is shown any more."""
        self.screen.waits_until(f"!document.querySelector('{SCREEN}').checkVisibility()")

    def stops_camera(self) -> None:
        """Press the camera's button."""
        self.screen.press("Couper la caméra")

    def starts_camera(self) -> None:
        """Press it again."""
        self.screen.press("Remettre la caméra")

    def loses_the_camera_to_the_system(self) -> None:
        """Close the lid, or let another programme of the system take the camera."""
        self.screen.evaluate(_PAUSE_THE_CAMERA)

    def no_longer_reads_that_something_is_paused(self) -> None:
        """Wait until the large button is gone."""
        self.screen.waits_until("!document.querySelector('[data-action=resume]').checkVisibility()")

    def raises_their_hand(self) -> None:
        """Press the hand's button."""
        self.screen.press("Lever la main")
        self.screen.sees("Baisser la main")

    def opens_the_settings(self) -> None:
        """Open the choice of devices."""
        self.screen.press("Réglages")
        self.screen.sees("Haut-parleur")

    def closes_the_settings(self) -> None:
        """Close it."""
        self.screen.press("Fermer")

    def switches_keys_off(self) -> None:
        """Untick the box that lets keys count."""
        self.screen.press("Réglages")
        self.screen.evaluate("() => document.querySelector('[data-part=shortcuts]').click()")
        self.screen.press("Fermer")

    def _state(self, state: str, within_s: float) -> None:
        self.screen.waits_until(
            f"document.querySelector('.app-visio')?.dataset.state === '{state}'", within_s=within_s
        )


class Citizen(InCall):
    """A citizen on the path, then in the call."""

    def opens(self, link: str) -> None:
        """Open a link or what a QR code holds, and begin."""
        self.screen.open(link)
        self.screen.press("Commencer")
        self.is_at("welcome")

    def sees_the_agent(
        self, *, at_least: int = 1, at_most: int = 10_000, within_s: float = 30
    ) -> None:
        """Wait until the agent's picture comes in a width between two, in pixels."""
        self.screen.waits_until(
            f"((one) => {at_least} <= one?.videoWidth && one.videoWidth <= {at_most})"
            f"({AGENTS_PICTURE})",
            within_s=within_s,
        )

    def sees_the_agent_move(self, *, within_s: float = 30) -> None:
        """Wait until thirty more pictures of the agent have come."""
        shown = f"{AGENTS_PICTURE}.getVideoPlaybackQuality().totalVideoFrames"
        before = self.screen.evaluate(f"() => {shown}")
        self.screen.waits_until(f"{shown} > {before} + 30", within_s=within_s)

    def types(self, server: RunningServer, booked: Booked) -> None:
        """Type code and password on the home page."""
        self.screen.open(server.url)
        self.screen.type_in("Votre code", booked.code)
        self.screen.type_in("Mot de passe", booked.password)
        self.screen.press("Commencer")
        self.is_at("welcome")

    def is_at(self, step: str, *, within_s: float = 15) -> None:
        """Wait until a step is shown."""
        self.screen.waits_until(
            f"document.getElementById('path')?.dataset.at === '{step}'", within_s=within_s
        )

    def passes_to_the_waiting_room(self, name: str) -> None:
        """Pass over everything that can be passed over."""
        self.screen.press("Continuer")
        for step in (one.id for one in STEPS if one.can_be_passed and one.id != "name"):
            self.is_at(step)
            # Without a device there is nothing to look at, so nothing to pass over.
            nothing_to_see = step in ("picture", "voice")
            self.screen.press("Continuer" if nothing_to_see else "Passer cette étape")
        self.says_their_name(name)

    def allows_only(self, name: str) -> None:
        """Allow camera and microphone, and pass over the checks."""
        self.goes_through_the_permissions()
        self.passes_over("picture", "voice", "sound", "network")
        self.says_their_name(name)

    def reads_the_verdict(self, check: str) -> str:
        """Wait for what is said of a check; return its sentence."""
        said = f"document.querySelector('#{check}-verdict:not([hidden]) [data-part=sentence]')"
        self.screen.waits_until(f"{said}?.textContent", within_s=MEASURED_WITHIN_S)
        return str(self.screen.evaluate(f"() => {said}.textContent"))

    def passes_over(self, *steps: str) -> None:
        """Pass over one step after the other."""
        for step in steps:
            self.is_at(step)
            self.screen.press("Passer cette étape")

    def goes_through_the_permissions(self, *, camera: bool = True, microphone: bool = True) -> None:
        """Walk from the welcome to the first check; what is refused is gone on without."""
        self.screen.press("Continuer")
        self.is_at("what_happens")
        self.screen.press("J’ai compris")
        self.is_at("device")
        self.screen.press("Continuer")
        self._answers_about("camera", "Autoriser la caméra")
        if not camera:
            self.screen.press("Continuer sans caméra")
        self._answers_about("microphone", "Autoriser le micro")
        if not microphone:
            self.screen.press("Continuer sans micro")
        self.is_at("picture")

    def _answers_about(self, device: str, button: str) -> None:
        self.is_at(device)
        # Who said yes before is not asked again: the page goes on by itself.
        if self.screen.evaluate(_WILL_BE_ASKED, device):
            self.screen.press(button)

    def looks_and_speaks(self, *, camera: bool = True, microphone: bool = True) -> None:
        """Walk from the picture to the sound; what is missing can be neither seen nor heard."""
        self.screen.press("Je me vois bien" if camera else "Continuer")
        self.is_at("voice")
        self.screen.press("Oui, la barre bouge" if microphone else "Continuer")
        self.is_at("sound")

    def listens_and_measures(self) -> None:
        """Walk from the sound to the name."""
        self.screen.press("Écouter la musique")
        self.screen.press("Oui, j’entends")
        self.is_at("network")
        self.screen.waits_until(
            "['good','fair','failed'].includes("
            "document.querySelector('[data-step=network]').dataset.phase)",
            within_s=MEASURED_WITHIN_S,
        )
        self.screen.press("Continuer")

    def says_their_name(self, name: str) -> None:
        """Write a name and go to the waiting room."""
        self.is_at("name")
        self.screen.type_in("Prénom et nom", name)
        self.screen.press("Aller en salle d’attente")
        self.is_at("waiting_room")

    def enters_at_once(self) -> None:
        """Press the button as soon as the agent has said yes, unless the countdown was quicker."""
        self.screen.waits_until(_PRESSED_OR_INSIDE, within_s=20)

    def loads_the_page_again(self) -> None:
        """Press the browser's reload button."""
        self.screen.open(self.screen.address)

    def goes_back_to_the_waiting_room(self) -> None:
        """Return from the good-bye."""
        self.screen.press("L’appel a été coupé ? Y retourner")
        self.is_at("waiting_room")

    def changes_their_mind_before_the_server_knows(self) -> None:
        """Hang up and return at once, while the goodbye is still on its way on a slow line."""
        held: list[Route] = []
        self.screen.page.route("**/parcours/media/quitter", lambda route: held.append(route))
        self.hangs_up()
        self.screen.press("L’appel a été coupé ? Y retourner")
        assert held, "the goodbye was never sent"
        held.pop().continue_()
        self.screen.page.unroute("**/parcours/media/quitter")
        self.is_at("waiting_room")

    def touches_to_hear(self) -> None:
        """Press the big button that lets sound begin; it goes away."""
        self.screen.press("Toucher pour entendre")
        self.screen.waits_until("!document.querySelector('[data-action=hear]').checkVisibility()")

    def hangs_up(self) -> None:
        """Hang up, and say yes when asked."""
        self.screen.press("Raccrocher")
        self.says_yes_to_leaving()

    def says_yes_to_leaving(self) -> None:
        """Say yes when asked; the good-bye appears."""
        self.screen.press("Quitter la visio")
        self.is_at("end")


class Agent(InCall):
    """Léa at her desk, then in the call."""

    def signs_in(self, server: RunningServer) -> None:
        """Sign in; the day's page appears."""
        self._server = server
        self.screen.open(f"{server.url}/agent")
        self.screen.type_in("Identifiant", server.demo.agent_login)
        self.screen.type_in("Mot de passe", server.demo.agent_password)
        self.screen.press("Se connecter")
        self.screen.sees("Aujourd’hui")

    def opens_the_call(self, booked: Booked) -> None:
        """Go to an appointment's call page and enter, before anybody."""
        self._call = f"{self._server.url}/agent/rendez-vous/{booked.id}/visio"
        self.comes_back()
        self.is_alone()

    def comes_back(self) -> None:
        """Enter the same call again."""
        self.goes_to_the_call()
        self.enters()

    def goes_to_the_call(self) -> None:
        """Open the call's page, and stay at its door."""
        self.screen.open(self._call)

    def enters(self) -> None:
        """Press the door's button."""
        self.screen.press("Entrer dans la visio")

    def lets_in(self, name: str) -> None:
        """Let in who waits, from the call page's side; the board then says that they may enter."""
        self.screen.sees(name)
        self.screen.press("Faire entrer")
        self.screen.waits_until(
            "[...document.querySelectorAll('.app-live__row')].some("
            f"card => card.textContent.includes({json.dumps(name)})"
            " && !card.querySelector('form[action$=\"/admettre\"]'))"
        )

    def hangs_up(self) -> None:
        """Hang up; the appointment's page comes back."""
        self.screen.press("Raccrocher")
        self.screen.sees("La visio est finie")

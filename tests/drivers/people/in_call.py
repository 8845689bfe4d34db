"""Somebody in a call: what they see and hear of the other, what they press."""

from __future__ import annotations

import json

import pytest

from tests.drivers.media_files import Face
from tests.drivers.people.somebody import Somebody
from tests.drivers.senses import brightest_tone_hz, colours

OTHER = ".app-face--other"
PICTURE = f"{OTHER} video"
SCREEN = ".app-visio__screen video"
TONE_WITHIN_HZ = 15
BACK_WITHIN_S = 30


_REMEMBER = """
(state) => {
  const call = document.querySelector(".app-visio");
  window.times = 0;
  new MutationObserver(() => {
    if (call.dataset.state === state) window.times += 1;
  }).observe(call, { attributeFilter: ["data-state"] });
}
"""


# No browser can be made to mute a track of its fake camera: tthe page gets the event of the system.
_PAUSE_THE_CAMERA = """
() => {
  const [track] = document.querySelector(".app-face--self video").srcObject.getVideoTracks();
  Object.defineProperty(track, "muted", { value: true });
  track.dispatchEvent(new Event("mute"));
}
"""


class InCall(Somebody):
    """Somebody in a call: what they see and hear of the other, what they press."""

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

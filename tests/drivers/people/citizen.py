"""A citizen: from the link or the code through the path into the call, and out of it."""

from __future__ import annotations

from playwright.sync_api import Route

from kiosk.visits.steps import STEPS
from tests.builders.server_appointments import Booked
from tests.drivers.people.in_call import InCall
from tests.drivers.people.on_the_path import MEASURED_WITHIN_S, OnThePath
from tests.drivers.server import RunningServer

AGENTS_PICTURE = "document.querySelector('.app-face--other video[aria-label=\"Léa Fontaine\"]')"


_WILL_BE_ASKED = """
async (name) => (await navigator.permissions.query({ name })).state === "prompt"
"""

_PRESSED_OR_INSIDE = """(
  document.querySelector("#enter-now[open] #enter-now-go")?.click(),
  document.getElementById("path")?.dataset.at === "call"
)"""


class Citizen(OnThePath, InCall):
    """A citizen on the path, then in the call."""

    def opens(self, link: str) -> None:
        """Open a link or what a QR code holds, and begin."""
        self.screen.open(link)
        self.screen.press("Commencer")
        self.is_at("welcome")

    def comes_along(self, link: str) -> None:
        """Open somebody else's link and say that one is another person."""
        self.screen.open(link)
        self.screen.press("Commencer")
        self.screen.press("Je suis une autre personne")
        self.is_at("welcome")

    def goes_on_here(self, link: str) -> None:
        """Open one's link in another browser and go on there."""
        self.screen.open(link)
        self.screen.press("Commencer")
        self.screen.press("Continuer ici")
        self.is_at("device")

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

    def goes_back_in_the_history(self) -> None:
        """Press the browser's Back; whatever was there before is shown."""
        self.screen.page.go_back()

    def has_no_visit_on_screen(self) -> None:
        """Look whether the page shows nothing of a visit, and no secret in its address."""
        self.screen.waits_until("document.readyState === 'complete'")
        assert not self.screen.evaluate("() => Boolean(document.getElementById('path-data'))")
        assert "#" not in self.screen.address

    def what_the_browser_keeps(self) -> str:
        """Return what this site has in the browser's storage."""
        keeps = "() => JSON.stringify([{...localStorage}, {...sessionStorage}])"
        return str(self.screen.evaluate(keeps)).replace("[{},{}]", "")

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

"""An agent: at the desk, then in the call."""

from __future__ import annotations

import json

from tests.builders.server_appointments import Booked
from tests.drivers.people.at_the_desk import AtTheDesk
from tests.drivers.people.in_call import InCall

_OPEN_THE_WAY_OUT = """
(name) => [...document.querySelectorAll(".app-menu[id^=remove] > summary")]
  .find((one) => one.textContent.includes(name))
  .click()
"""


class Agent(AtTheDesk, InCall):
    """Léa at her desk, then in the call."""

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
        """Open the call's page without entering the call."""
        self.screen.open(self._call)

    def enters(self) -> None:
        """Press the button that enters the call."""
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

    def puts_out(self, name: str, where: str = "Revient en salle d’attente") -> None:
        """Put somebody out of the call: back to the waiting room, or out for a reason."""
        self.screen.evaluate(_OPEN_THE_WAY_OUT, name)
        self.screen.press(where)

    def locks_the_room(self) -> None:
        """Lock the room; the page says so."""
        self.screen.press("Verrouiller la salle")
        self.screen.sees("Salle verrouillée depuis")

    def unlocks_the_room(self) -> None:
        """Unlock it again."""
        self.screen.press("Déverrouiller la salle")
        self.screen.sees("Verrouiller la salle")

    def ends_for_all(self) -> None:
        """End the call for everybody, and say yes when asked; the appointment's page comes back."""
        self.screen.press("Terminer pour tous")
        self.screen.sees("Terminer la visio pour tous ?")
        self.screen.click("#end-for-all form[method=post] button")
        self.screen.sees("La visio est finie")

    def hangs_up(self) -> None:
        """Hang up; the appointment's page comes back."""
        self.screen.press("Raccrocher")
        self.screen.sees("La visio est finie")

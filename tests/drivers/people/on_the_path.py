"""The citizen's path on a screen: what a person does and reads there; selectors stay here.

The hooks are those of docs/components.md, section "DOM hooks of the path".
"""

from __future__ import annotations

import json
from typing import Any

from tests.builders.server_appointments import book
from tests.drivers.people.somebody import Somebody
from tests.drivers.screen import WAIT_S
from tests.drivers.server import RunningServer

MEASURED_WITHIN_S = 30.0

_QUIET_WAYS = ", ".join(f'[data-action="{one}"]' for one in ("pass", "next", "without"))


class OnThePath(Somebody):
    """Somebody walking the path."""

    # -- coming in ----------------------------------------------------------------------------

    def opens_the_link(self, server: RunningServer) -> None:
        """Open the link of an appointment of one's own and begin: one link has one seat."""
        self.screen.open(book(server).link)
        self.screen.press("Commencer")
        self.is_at("welcome")

    def types_the_code(self, code: str, password: str) -> None:
        """Type code and password on the home page, key by key, and begin."""
        self.screen.type_at("#code", code)
        self.screen.type_at("#password", password)
        self.screen.click("#code-submit")

    # -- moving -------------------------------------------------------------------------------

    def is_at(self, step: str, *, within_s: float = WAIT_S) -> None:
        """Wait until this step is shown."""
        self.screen.waits_for(f'#path[data-at="{step}"]', within_s=within_s)

    def does(self, action: str) -> None:
        """Use the control of the step that does this."""
        self.screen.click(f'#path-step [data-action="{action}"]')

    def passes_to(self, step: str) -> None:
        """Go on by the quiet way, step after step, until this one."""
        while (here := self.step) != step:
            self.screen.click(f"#path-step :is({_QUIET_WAYS})", last=True)
            self.screen.waits_for(f'#path:not([data-at="{here}"])')

    @property
    def step(self) -> str:
        """Where the person is."""
        return self.screen.attribute("#path", "data-at")

    # -- checks -------------------------------------------------------------------------------

    def verdict(self, check: str, *, within_s: float = WAIT_S) -> str:
        """Wait for a check's verdict; return its words."""
        return self.screen.text_of(f"#{check}-verdict", within_s=within_s)

    def is_in_phase(self, *phases: str, within_s: float = WAIT_S) -> None:
        """Wait until the step is in one of these phases."""
        wanted = ", ".join(f'#path-step [data-phase="{phase}"]' for phase in phases)
        self.screen.waits_for(wanted, within_s=within_s)

    def reads_how_to_allow(self) -> str:
        """Return the instructions shown for undoing a refusal."""
        return self.screen.text_of("#path-step [data-recovery]")

    @property
    def what_remains(self) -> str:
        """What the waiting room says that the call will use."""
        return self.screen.text_of('[data-part="use"]')

    @property
    def focused(self) -> Any:
        """The words of what has the keyboard's focus."""
        return self.screen.evaluate("() => document.activeElement.textContent.trim()")

    # -- help ---------------------------------------------------------------------------------

    def is_stuck(self) -> None:
        """Press "Je suis bloqué"."""
        self.screen.click("#stuck-button")

    def writes(self, text: str) -> None:
        """Write to the agent."""
        self.screen.fill("#help-text", text)
        self.screen.press_enter()

    def reads_message(self, text: str, *, within_s: float = WAIT_S) -> None:
        """Wait for a message in the help panel."""
        self.screen.waits_until(
            "[...document.querySelectorAll('#help-messages li')].some("
            f"(one) => one.checkVisibility() && one.textContent.includes({json.dumps(text)}))",
            within_s=within_s,
        )

    def is_called_in(self, *, within_s: float = WAIT_S) -> None:
        """Wait for "L'agent vous attend"."""
        self.screen.waits_for("#enter-now[open]", within_s=within_s)

    def asks_for_a_moment(self) -> None:
        """Stop the countdown: not yet."""
        self.screen.click("#enter-now-wait")

    def comes_in(self) -> None:
        """Enter from the reminder, or from the question itself."""
        self.screen.click("#enter-now-go, #enter-later-go")

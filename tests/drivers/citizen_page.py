"""The citizen's path on a screen: what a person does and reads there; selectors stay here.

The hooks are those of docs/components.md, section "DOM hooks of the path".
"""

from __future__ import annotations

from typing import Any

from tests.drivers.chromium import ChromiumScreen
from tests.drivers.screen import WAIT_S
from tests.drivers.server import RunningServer

MEASURED_WITHIN_S = 40.0


class CitizenPage:
    """Somebody walking the path."""

    def __init__(self, screen: ChromiumScreen) -> None:
        self.screen = screen
        self._page = screen.page

    # -- coming in ----------------------------------------------------------------------------

    def opens_the_link(self, server: RunningServer) -> None:
        """Open the appointment's link and begin."""
        self.screen.open(server.demo.join_url)
        self.screen.press("Commencer")
        self.is_at("welcome")

    def types_the_code(self, code: str, password: str) -> None:
        """Type code and password on the home page, key by key, and begin."""
        self._page.locator("#code").press_sequentially(code)
        self._page.locator("#password").press_sequentially(password)
        self._page.locator("#code-submit").click()

    # -- moving -------------------------------------------------------------------------------

    def is_at(self, step: str, *, within_s: float = WAIT_S) -> None:
        """Wait until this step is shown."""
        selector = f'#path[data-at="{step}"]'
        self._page.locator(selector).wait_for(timeout=within_s * 1000)

    def does(self, action: str) -> None:
        """Use the control of the step that does this."""
        self._page.locator(f'#path-step [data-action="{action}"]:visible').first.click()

    def passes_to(self, step: str) -> None:
        """Go on by the quiet way, step after step, until this one."""
        while self.step != step:
            here = self.step
            onward = ", ".join(
                f'[data-action="{one}"]:visible' for one in ("pass", "next", "without")
            )
            self._page.locator(f"#path-step :is({onward})").last.click()
            self._page.locator(f'#path:not([data-at="{here}"])').wait_for()

    @property
    def step(self) -> str:
        """Where the person is."""
        return self._page.locator("#path").get_attribute("data-at") or ""

    # -- checks -------------------------------------------------------------------------------

    def verdict(self, check: str, *, within_s: float = WAIT_S) -> str:
        """Wait for a check's verdict; return its words."""
        box = self._page.locator(f"#{check}-verdict")
        box.wait_for(timeout=within_s * 1000)
        return box.inner_text()

    def is_in_phase(self, *phases: str, within_s: float = WAIT_S) -> None:
        """Wait until the step is in one of these phases."""
        wanted = ", ".join(f'#path-step [data-phase="{phase}"]' for phase in phases)
        self._page.locator(wanted).first.wait_for(timeout=within_s * 1000)

    def reads_how_to_allow(self) -> str:
        """Return the instructions shown for undoing a refusal."""
        shown = self._page.locator("#path-step [data-recovery]:visible")
        shown.wait_for()
        return shown.inner_text()

    @property
    def what_remains(self) -> str:
        """What the waiting room says that the call will use."""
        return self._page.locator('[data-part="use"]').inner_text()

    @property
    def focused(self) -> Any:
        """The words of what has the keyboard's focus."""
        return self._page.evaluate("() => document.activeElement.textContent.trim()")

    # -- help ---------------------------------------------------------------------------------

    def is_stuck(self) -> None:
        """Press "Je suis bloqué"."""
        self._page.locator("#stuck-button").click()

    def writes(self, text: str) -> None:
        """Write to the agent."""
        self._page.locator("#help-text").fill(text)
        self._page.locator("#help-text").press("Enter")

    def reads_message(self, text: str, *, within_s: float = WAIT_S) -> None:
        """Wait for a message in the help panel."""
        bubble = self._page.locator("#help-messages li", has_text=text)
        bubble.wait_for(timeout=within_s * 1000)

    def is_called_in(self, *, within_s: float = WAIT_S) -> None:
        """Wait for "L'agent vous attend"."""
        self._page.locator("#enter-now[open]").wait_for(timeout=within_s * 1000)

    def asks_for_a_moment(self) -> None:
        """Stop the countdown: not yet."""
        self._page.locator("#enter-now-wait").click()

    def comes_in(self) -> None:
        """Enter from the reminder, or from the question itself."""
        self._page.locator("#enter-now-go:visible, #enter-later-go:visible").first.click()

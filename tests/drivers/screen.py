"""What a person can do at a screen, whichever the browser: journeys are written against this."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Protocol

WAIT_S = 15.0


class Screen(Protocol):
    """One person's browser tab. Everything waits up to :data:`WAIT_S` and fails in plain words."""

    @property
    def address(self) -> str:
        """The address bar."""

    def open(self, url: str) -> None:
        """Type an address; returns when the page has loaded."""

    def press(self, name: str) -> None:
        """Click the button or link with this accessible name."""

    def type_in(self, label: str, text: str) -> None:
        """Replace what stands in the field with this label."""

    def click(self, selector: str, *, last: bool = False) -> None:
        """Click the first (or last) visible element that a CSS selector finds."""

    def fill(self, selector: str, text: str) -> None:
        """Replace what stands in the field that a CSS selector finds."""

    def type_at(self, selector: str, text: str) -> None:
        """Type into a field, key by key."""

    def press_enter(self) -> None:
        """Press the enter key where the focus is."""

    def waits_for(self, selector: str, *, within_s: float = WAIT_S) -> None:
        """Wait until a CSS selector finds something visible."""

    def text_of(self, selector: str, *, within_s: float = WAIT_S) -> str:
        """Wait for something visible; return its text as it is shown."""

    def attribute(self, selector: str, name: str) -> str:
        """Return an attribute of what a CSS selector finds; empty when it has none."""

    def sees(self, text: str, *, within_s: float = WAIT_S) -> None:
        """Wait until this text is visible."""

    def waits_until(self, condition: str, *, within_s: float = WAIT_S) -> None:
        """Wait until a JavaScript expression is true."""

    def evaluate(self, function: str, argument: Any = None) -> Any:
        """Run a JavaScript function with one argument, await it, return its JSON value."""

    def photograph(self, path: Path) -> None:
        """Save what the screen shows as a PNG."""

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

    def sees(self, text: str, *, within_s: float = WAIT_S) -> None:
        """Wait until this text is visible."""

    def waits_until(self, condition: str, *, within_s: float = WAIT_S) -> None:
        """Wait until a JavaScript expression is true."""

    def evaluate(self, function: str, argument: Any = None) -> Any:
        """Run a JavaScript function with one argument, await it, return its JSON value."""

    def photograph(self, path: Path) -> None:
        """Save what the screen shows as a PNG."""

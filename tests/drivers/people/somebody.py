"""Somebody at a screen: what all people of the journeys have."""

from __future__ import annotations

from tests.drivers.screen import Screen


class Somebody:
    """A person and their browser's tab, of either browser."""

    def __init__(self, screen: Screen) -> None:
        self.screen = screen

"""What really arrives in a browser: pictures shown, sound played, and the browser's own statistics.

Works on any page that plays what its peer connections receive; the page knows nothing of it.
"""

from __future__ import annotations

import json
import time
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Page

from tests.drivers.weather import Line

SCRIPT = Path(__file__).with_suffix(".js")


@dataclass(frozen=True, slots=True)
class Received:
    """What one person got between two looks; all times in seconds, fractions of 1."""

    seconds: float
    frames: int
    freezes: int
    """As the browser counts them: a picture that stays 150 ms longer than usual, or three times."""
    frozen: float
    longest_picture: float
    """How long the picture that stayed longest was shown."""
    longest_silence: float
    """How long nothing was to be heard in one piece; only says something of an unbroken tone."""
    concealed: float
    """Part of the sound that was made up by the browser for lack of packets."""
    packets: int
    width: int
    height: int

    @property
    def fps(self) -> float:
        """Pictures decoded a second."""
        return self.frames / self.seconds


class Reception:
    """A browser's eyes and ears; made before the page with the call is opened.

    With a ``line`` the page's connections lead through it: the candidates it is told are replaced.
    """

    def __init__(self, page: Page, line: Line | None = None) -> None:
        self._page = page
        detour = json.dumps(line.address if line else None)
        page.add_init_script(f"({SCRIPT.read_text()})({detour})")

    def begins(self) -> None:
        """Look and listen from now on."""
        self._page.evaluate("() => reception.begin()")

    def so_far(self) -> Received:
        """Return what came since :meth:`begins`."""
        return Received(**self._page.evaluate("() => reception.sum()"))

    def steady(self, *, seconds: float, within_s: float = 30) -> Received:
        """Return a stretch of that length without a freeze, or the last one when none comes.

        On a busy machine a browser may freeze for want of a processor; a line that is not mended
        freezes it in every stretch.
        """
        deadline = time.monotonic() + within_s
        while True:
            self.begins()
            self._page.wait_for_timeout(seconds * 1000)
            received = self.so_far()
            if not received.freezes or time.monotonic() > deadline:
                return received

    def moving(self, *, fps: float, seconds: float, within_s: float) -> Received:
        """Wait for a stretch of that length with so many pictures a second, and return it."""
        deadline = time.monotonic() + within_s
        while True:
            self.begins()
            self._page.wait_for_timeout(seconds * 1000)
            received = self.so_far()
            if received.fps >= fps:
                return received
            assert time.monotonic() < deadline, f"hardly moves: {received}"

    def offers_ms(self) -> list[float]:
        """Return how long each later offer took, from its coming to its answer's leaving."""
        times: list[float] = self._page.evaluate("() => reception.offersMs")
        return times

    def is_back_ms(self, *, since_ms: float, within_s: float = 60) -> float:
        """Wait for picture and sound of a connection made after ``since_ms`` (Unix time).

        Returns when the later of the two came. Only after :meth:`begins`, on an unbroken tone.
        """
        deadline = time.monotonic() + within_s
        while True:
            found = self._page.evaluate("() => [reception.firstFrameAt, reception.firstSoundAt]")
            if all(at is not None and at > since_ms for at in found):
                return float(max(found))
            assert time.monotonic() < deadline, f"never back: {found}"
            self._page.wait_for_timeout(50)

    def waits_for_the_picture(self, *, within_s: float = 30) -> float:
        """Wait for the latest connection's first remote picture.

        Returns how long after the last click it was shown, in milliseconds.
        """
        deadline = time.monotonic() + within_s
        while (took := self._page.evaluate("() => reception.clickToFrame")) is None:
            assert time.monotonic() < deadline, "no picture of the other came"
            self._page.wait_for_timeout(20)
        return float(took)

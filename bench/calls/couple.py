"""Two people on the measured page, in one browser; what they receive is measured."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from urllib.parse import urlencode

from playwright.sync_api import Browser, BrowserContext, Page, Playwright

from tests.drivers.chromium import EXECUTABLE, FLAGS
from tests.drivers.lively_room import in_a_lively_room
from tests.drivers.media_files import AMINA
from tests.drivers.reception import Reception

_rooms = count(int(time.time()) % 1_000_000 * 1000)


@contextmanager
def measuring_browser(playwright: Playwright) -> Iterator[Browser]:
    """Open one Chromium with the lively room as camera and a voice as microphone."""
    person = in_a_lively_room(AMINA)
    flags = [
        *FLAGS,
        "--use-fake-ui-for-media-stream",
        f"--use-file-for-fake-video-capture={person.camera}",
        f"--use-file-for-fake-audio-capture={person.microphone}",
    ]
    browser = playwright.chromium.launch(
        executable_path=EXECUTABLE, args=flags, ignore_default_args=["--mute-audio"]
    )
    try:
        yield browser
    finally:
        browser.close()


class Somebody:
    """One of the two: a tab with its camera open, before or in the call."""

    def __init__(self, context: BrowserContext, url: str, room: int, janus: str) -> None:
        self._page: Page = context.new_page()
        self.reception = Reception(self._page)
        query = {"room": room, "name": f"person-{next(_rooms)}"} | (
            {"janus": janus} if janus else {}
        )
        self._page.goto(f"{url}?{urlencode(query)}")
        self._page.evaluate("() => prepare()")

    def enters(self) -> None:
        """Press the button."""
        self._page.locator("#enter").click()

    def sees_the_other(self) -> float:
        """Wait for the other's first picture; return how long after the click, milliseconds."""
        return self.reception.waits_for_the_picture()

    def waits(self, milliseconds: float) -> None:
        """Wait."""
        self._page.wait_for_timeout(milliseconds)


@contextmanager
def two_people(
    browser: Browser, url: str, *, janus: str = ""
) -> Iterator[tuple[Somebody, Somebody]]:
    """Bring two people to the page at ``url``, in a room of their own; neither has entered yet."""
    context = browser.new_context()
    room = next(_rooms)
    try:
        yield Somebody(context, url, room, janus), Somebody(context, url, room, janus)
    finally:
        context.close()

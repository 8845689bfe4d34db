"""Sound where the browser plays none before the page was touched."""

from __future__ import annotations

import pytest
from playwright.sync_api import Playwright

from tests.builders.server_appointments import Booked
from tests.drivers.media_files import LEA
from tests.drivers.server import RunningServer
from tests.journeys.conftest import meet, meeting

pytestmark = [pytest.mark.browser, pytest.mark.call]

WANTS_A_TOUCH = """
(() => {
  const { play } = HTMLMediaElement.prototype;
  let touched = false;
  addEventListener("click", () => (touched = true), true);
  HTMLMediaElement.prototype.play = function () {
    if (touched || this.muted) return play.call(this);
    this.autoplay = false;
    this.pause();
    return Promise.reject(new DOMException("play() needs a touch", "NotAllowedError"));
  };
})()
"""


def test_a_browser_that_wants_a_touch_before_sound_is_given_one(
    playwright: Playwright, server: RunningServer, booked: Booked
):
    with meeting(playwright, server) as (amina, lea):
        meet(amina, lea, booked)
        # Whatever a test does counts as a touch for Chromium, so its own policy never acts here.
        amina.screen.page.add_init_script(WANTS_A_TOUCH)

        amina.loads_the_page_again()
        amina.is_with_somebody()
        amina.touches_to_hear()

        amina.sees(LEA)
        amina.hears(LEA.tone_hz)

"""Eight in a room, one of them with Firefox: it sees all the others, and they see its screen."""

from __future__ import annotations

import time

import pytest
from playwright.sync_api import Playwright

from kiosk.media.embedded import EmbeddedEngine
from kiosk.media.plane.wire.sdp import SCREEN
from tests.builders.server_appointments import Booked
from tests.drivers.chromium import sitting_at_chromium
from tests.drivers.firefox import sitting_at_firefox
from tests.drivers.light_publishers import light_publishers
from tests.drivers.people import Agent, Citizen
from tests.drivers.server import RunningServer
from tests.journeys.conftest import LEA_AT_HER_DESK, meet

pytestmark = [pytest.mark.browser, pytest.mark.call]

OTHERS_WITHOUT_A_BROWSER = 6
MOVING_FRAMES = 15

# Firefox without a display has no screen to show: what it shares is drawn, the rest is real.
_A_SCREEN = """
() => {
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [640, 360];
  const pen = canvas.getContext("2d");
  let number = 0;
  setInterval(() => {
    pen.fillStyle = `hsl(${(number += 9) % 360} 90% 50%)`;
    pen.fillRect(0, 0, 640, 360);
  }, 100);
  navigator.mediaDevices.getDisplayMedia = async () => canvas.captureStream(10);
}
"""

_COUNT_FRAMES = """
() => {
  window.shown = new Map();
  for (const video of document.querySelectorAll(".app-face--other video")) {
    window.shown.set(video, 0);
    const count = () => {
      window.shown.set(video, window.shown.get(video) + 1);
      video.requestVideoFrameCallback(count);
    };
    video.requestVideoFrameCallback(count);
  }
}
"""


def test_a_firefox_among_eight_sees_everybody_and_everybody_gets_its_screen(
    playwright: Playwright, server: RunningServer, booked: Booked
):
    engine = EmbeddedEngine(server.instance / "media.sock")
    with (
        sitting_at_firefox() as firefox,
        sitting_at_chromium(playwright, LEA_AT_HER_DESK) as chromium,
    ):
        amina, lea = Citizen(firefox), Agent(chromium, server)
        lea.signs_in()
        meet(amina, lea, booked)
        with light_publishers(engine, str(booked.room), OTHERS_WITHOUT_A_BROWSER) as others:
            amina.is_with(OTHERS_WITHOUT_A_BROWSER + 1)
            amina.screen.evaluate(_COUNT_FRAMES)
            amina.screen.waits_until(
                f"window.shown.size === {OTHERS_WITHOUT_A_BROWSER + 1} && "
                f"[...window.shown.values()].every((frames) => frames >= {MOVING_FRAMES})",
                within_s=60,
            )
            amina.screen.evaluate(_A_SCREEN)
            amina.shares_the_screen()
            lea.sees_the_screen()
            deadline = time.monotonic() + 30
            while not all(one.arrived[SCREEN] > MOVING_FRAMES for one in others):
                assert time.monotonic() < deadline, [one.arrived for one in others]
                time.sleep(0.2)

        assert engine.statistics().dropped["refused_rtcp"] == 0
        assert firefox.complaints == []

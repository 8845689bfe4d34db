"""A citizen whose browser has no VP8: both sides hear each other, and read why there is no picture.

Chromium refuses the m-lines of a format it does not know, as a device with H.264 alone does; it is
made not to know VP8 by giving the format another name in every offer it takes.
"""

from __future__ import annotations

import pytest
from playwright.sync_api import Playwright

from tests.builders.server_appointments import Booked
from tests.drivers.media_files import AMINA, LEA
from tests.drivers.server import RunningServer
from tests.journeys.conftest import meet, meeting

pytestmark = [pytest.mark.browser, pytest.mark.call]

WITHOUT_VP8 = """
const take = RTCPeerConnection.prototype.setRemoteDescription;
RTCPeerConnection.prototype.setRemoteDescription = function (description) {
  const { type, sdp } = description;
  return take.call(this, { type, sdp: sdp.replaceAll("VP8/90000", "XX8/90000") });
};
"""
REASON = "ne connaît pas le format de nos images"
LABEL = "Pas d’image possible"


def test_a_browser_without_vp8_has_sound_and_both_read_why_there_is_no_picture(
    playwright: Playwright, server: RunningServer, booked: Booked
):
    with meeting(playwright, server) as (amina, lea):
        amina.screen.page.add_init_script(WITHOUT_VP8)
        meet(amina, lea, booked)

        for one in (amina, lea):
            one.is_with_somebody()
            one.reads(REASON)
            one.reads_on_the_other(LABEL)
        amina.hears(LEA.tone_hz)
        lea.hears(AMINA.tone_hz)

"""A browser that reports on every m-line under an SSRC of that line, as Firefox does, in a room of
eight: everything it sends is taken."""

from __future__ import annotations

import struct

from aiortc import RTCCertificate

from kiosk.media.plane.wire import rtcp
from tests.media.peer import VP8_KEY_FRAME, MediaPeer
from tests.media.stage import Stage, a_stage, until

OTHERS = 7


async def full_room(stage: Stage) -> tuple[list[MediaPeer], MediaPeer]:
    """Return seven people, and an eighth who sees all of them."""
    others = []
    for number in range(OTHERS):
        one = stage.offered(f"other{number}")
        one.obliging = True
        await stage.lets_in(one)
        others.append(one)
    last = stage.offered("firefox")
    last.obliging = True
    await stage.lets_in(last)
    await until(lambda: all(last.sees(one.participant) for one in others))
    return others, last


def pli_from(own_ssrc: int, media_ssrc: int) -> bytes:
    """Write a picture loss indication from the reporter of one m-line."""
    return struct.pack("!BBHLL", 0x80 | rtcp.PLI, rtcp.PSFB, 2, own_ssrc, media_ssrc)


async def test_feedback_under_an_ssrc_for_each_m_line_is_taken(certificate: RTCCertificate):
    async with a_stage(certificate) as stage:
        others, firefox = await full_room(stage)
        for number, one in enumerate(others):
            one.send_video(1, VP8_KEY_FRAME)
            await until(lambda n=number: len(firefox.rtp) == n + 1)
        stage.clock.advance(10)
        asked_before = [len(one.saw(rtcp.KeyFrameRequest)) for one in others]

        for line in range(OTHERS):
            firefox.send_rtcp(struct.pack("!BBHL", 0x80, rtcp.RR, 1, 0x1000 + line))  # its sounds
            firefox.send_rtcp(pli_from(0x2000 + line, firefox.slot_ssrc("video", line)))

        await until(
            lambda: all(
                len(one.saw(rtcp.KeyFrameRequest)) > before
                for one, before in zip(others, asked_before, strict=True)
            )
        )
        assert stage.plane.counters.refused_rtcp == 0


async def test_a_screen_shared_after_reports_on_every_m_line_is_forwarded(
    certificate: RTCCertificate,
):
    async with a_stage(certificate) as stage:
        others, firefox = await full_room(stage)
        for line in range(2 * OTHERS):
            firefox.send_rtcp(struct.pack("!BBHL", 0x80, rtcp.RR, 1, 0x1000 + line))
        firefox.send_audio(1)
        firefox.send_video(1, VP8_KEY_FRAME)
        await until(lambda: all(len(one.rtp) == 2 for one in others))

        firefox.say({"type": "share", "on": True})
        await until(lambda: all(one.screen_of == "firefox" for one in [firefox, *others]))
        firefox.send_screen(1, VP8_KEY_FRAME)

        await until(lambda: all(len(one.rtp) == 3 for one in others))
        assert stage.plane.counters.unexpected_stream == 0

"""The plane's figures: counted where events happen, summed on request, never reset."""

from __future__ import annotations

import asyncio
import json
from dataclasses import asdict

from aiortc import RTCCertificate

from kiosk.media.plane.counters import Histogram
from kiosk.media.plane.wire import rtcp
from kiosk.media.statistics import Distribution
from tests.media.peer import VP8_DELTA_FRAME
from tests.media.stage import a_stage, settle, until


async def test_statistics_count_peers_and_the_time_of_joining(certificate: RTCCertificate):
    async with a_stage(certificate) as stage:
        waiting = stage.offered("chloe", room="elsewhere")
        stage.clock.advance(0.25)
        await waiting.prove_address()
        stage.plane.answer(waiting.id, waiting.answer())
        await waiting.shake_hands()
        await until(lambda: stage.plane.statistics().joins)
        stage.offered("amina")

        statistics = stage.plane.statistics()

        assert (statistics.rooms, statistics.connecting, statistics.connected) == (2, 1, 1)
        assert (statistics.offers, statistics.joins) == (2, 1)
        assert statistics.join_s.sum == 0.25
        assert statistics.join_s.counts[statistics.join_s.bounds.index(0.5)] == 1


async def test_media_of_former_peers_is_still_counted(certificate: RTCCertificate):
    async with a_stage(certificate) as stage:
        amina, bruno = await stage.pair()
        for number in range(3):
            amina.send_audio(number)
        await until(lambda: len(bruno.rtp) == 3)
        before = stage.plane.statistics()

        stage.plane.leave(amina.id)
        await settle()
        after = stage.plane.statistics()

        assert (before.packets_up, before.packets_down, before.forwarded) == (3, 3, 3)
        assert before.bytes_up == sum(len(packet) for packet in bruno.rtp)
        assert (after.packets_up, after.bytes_up) == (before.packets_up, before.bytes_up)
        assert after.ended == {"left": 1}


async def test_repeats_and_nacks_are_counted(certificate: RTCCertificate):
    async with a_stage(certificate) as stage:
        amina, bruno = await stage.pair()
        bruno.losing = {1}
        amina.send_video(1, VP8_DELTA_FRAME)
        await until(lambda: bruno.lost)
        bruno.losing = set()

        bruno.send_rtcp(rtcp.nack(bruno.slot_ssrc("video"), [1, 400]))
        await until(lambda: bruno.rtp)
        amina.send_video(4, VP8_DELTA_FRAME)
        await until(lambda: amina.saw(rtcp.Missing))
        bruno.send_rtcp(rtcp.pli(bruno.slot_ssrc("video")))
        await until(lambda: stage.plane.statistics().key_frames_wanted)
        await until(lambda: amina.saw(rtcp.KeyFrameRequest))
        statistics = stage.plane.statistics()

        assert (statistics.repeats, statistics.repeats_gone) == (1, 1)
        assert statistics.repeats_refused == 0
        assert (statistics.nacks_sent, statistics.packets_asked) == (1, 2)
        assert statistics.key_frames_asked == len(amina.saw(rtcp.KeyFrameRequest))


async def test_dropped_datagrams_are_counted_by_cause(certificate: RTCCertificate):
    async with a_stage(certificate) as stage:
        amina, _ = await stage.pair()
        known = stage.plane.statistics().dropped

        amina.send_raw(amina.binding_request(password="not the one"))
        amina.send_raw(bytes([0x80, 200]) + bytes(30))
        amina.send_raw(bytes([0x80, 111]) + bytes(30))
        amina.send_raw(bytes(2000))
        await until(lambda: stage.plane.statistics().dropped["bad_size"])
        statistics = stage.plane.statistics().dropped
        rise = {cause: count - known[cause] for cause, count in statistics.items()}

        assert {cause: count for cause, count in rise.items() if count} == {
            "refused_checks": 1,
            "refused_rtcp": 1,
            "unauthentic": 1,
            "bad_size": 1,
        }


async def test_a_delay_of_the_event_loop_is_counted(certificate: RTCCertificate):
    async with a_stage(certificate) as stage:
        stage.offered("amina")
        running = asyncio.create_task(stage.plane.run())
        await until(lambda: any(stage.plane.statistics().loop_delay_s.counts))
        before = stage.plane.statistics().loop_delay_s.sum

        hold_up_s = 0.3
        limit = asyncio.get_running_loop().time() + hold_up_s
        while asyncio.get_running_loop().time() < limit:
            pass
        await until(lambda: stage.plane.statistics().loop_delay_s.sum - before > hold_up_s / 2)
        running.cancel()


def test_a_time_is_counted_at_the_first_bound_it_does_not_exceed():
    histogram = Histogram((0.1, 0.2))

    for seconds in (0.0625, 0.1, 0.125, 7.0, -1.0):
        histogram.observe(seconds)

    assert histogram.read() == Distribution((0.1, 0.2), (3, 1, 1), 0.0625 + 0.1 + 0.125 + 7.0)


async def test_figures_hold_no_id(certificate: RTCCertificate):
    async with a_stage(certificate) as stage:
        amina = await stage.connected("amina", room="room-of-amina")

        statistics = json.dumps(asdict(stage.plane.statistics()))

        assert "amina" not in statistics
        assert amina.id not in statistics
        assert "127.0.0.1" not in statistics

"""Loss is repaired on the side where it happened; reports, bitrates and clocks are translated."""

from __future__ import annotations

import asyncio
import struct

from aiortc import RTCCertificate

from kiosk.media.plane.limits import KEY_FRAME_INTERVAL_S, REPEATS_PER_SECOND
from kiosk.media.plane.streams.uplink import RETRY_S
from kiosk.media.plane.wire import rtcp
from tests.media.peer import VP8_DELTA_FRAME, VP8_KEY_FRAME, MediaPeer
from tests.media.stage import Stage, a_stage, settle, until


async def test_a_lost_packet_is_repeated_from_the_cache_without_asking_the_publisher(
    certificate: RTCCertificate,
):
    async with a_stage(certificate) as stage:
        amina, bruno = await stage.pair()
        bruno.losing = {2}
        sent = [amina.send_video(n, VP8_DELTA_FRAME + bytes([n])) for n in (1, 2, 3)]
        await until(lambda: len(bruno.rtp) == 2 and bruno.lost)
        bruno.losing = set()

        bruno.send_rtcp(rtcp.nack(bruno.slot_ssrc("video"), [2]))
        await until(lambda: len(bruno.rtp) == 3)

        assert bruno.rtp[2][12:] == sent[1][12:]
        assert amina.saw(rtcp.Missing) == []


async def test_a_packet_that_never_came_is_not_repeated(certificate: RTCCertificate):
    async with a_stage(certificate) as stage:
        amina, bruno = await stage.pair()
        amina.send_video(1)
        await until(lambda: bruno.rtp)

        bruno.send_rtcp(rtcp.nack(bruno.slot_ssrc("video"), [2, 1 + 512]))
        bruno.send_rtcp(rtcp.nack(0xDEAD, [1]))
        await settle()

        assert len(bruno.rtp) == 1


async def test_repeats_for_one_browser_are_limited(certificate: RTCCertificate):
    async with a_stage(certificate) as stage:
        amina, bruno = await stage.pair()
        bruno.losing = {1}
        amina.send_video(1)
        await until(lambda: bruno.lost)

        for _ in range(REPEATS_PER_SECOND + 100):
            bruno.send_rtcp(rtcp.nack(bruno.slot_ssrc("video"), [1]))
            await asyncio.sleep(0)  # so that socket buffers never fill
        await settle()

        assert bruno.lost == 1 + REPEATS_PER_SECOND


async def test_a_packet_missing_from_a_publisher_is_requested_at_once_and_its_repeat_forwarded(
    certificate: RTCCertificate,
):
    async with a_stage(certificate) as stage:
        amina, bruno = await stage.pair()
        amina.send_video(10)

        amina.send_video(13)
        await until(lambda: amina.saw(rtcp.Missing))
        amina.send_video(11)
        amina.send_video(12)
        await until(lambda: len(bruno.rtp) == 4)

        assert amina.saw(rtcp.Missing) == [rtcp.Missing(amina.video_ssrc, (11, 12))]
        assert [packet[3] for packet in bruno.rtp] == [10, 13, 11, 12]
        stage.clock.advance(RETRY_S)
        stage.plane.tick()
        await settle()
        assert len(amina.saw(rtcp.Missing)) == 1


async def test_a_missing_packet_is_requested_again_when_it_does_not_come(
    certificate: RTCCertificate,
):
    async with a_stage(certificate) as stage:
        amina, _ = await stage.pair()
        amina.send_video(1)
        amina.send_video(3)
        await until(lambda: amina.saw(rtcp.Missing))

        stage.clock.advance(RETRY_S)
        stage.plane.tick()

        await until(lambda: len(amina.saw(rtcp.Missing)) == 2)


async def test_key_frames_are_requested_at_most_once_an_interval_however_many_subscribers_ask(
    certificate: RTCCertificate,
):
    async with a_stage(certificate) as stage:
        amina, bruno = await stage.pair()
        amina.send_video(1)
        await until(lambda: bruno.rtp)
        stage.clock.advance(1.01 * KEY_FRAME_INTERVAL_S)
        stage.plane.tick()
        await settle()
        asked_before = len(amina.saw(rtcp.KeyFrameRequest))
        stage.clock.advance(1.01 * KEY_FRAME_INTERVAL_S)

        for _ in range(5):
            bruno.send_rtcp(rtcp.pli(bruno.slot_ssrc("video")))
        await until(lambda: len(amina.saw(rtcp.KeyFrameRequest)) > asked_before)
        await settle()
        at_once = amina.saw(rtcp.KeyFrameRequest)[asked_before:]
        stage.clock.advance(1.01 * KEY_FRAME_INTERVAL_S)
        stage.plane.tick()
        await until(lambda: len(amina.saw(rtcp.KeyFrameRequest)) == asked_before + 2)

        assert at_once == [rtcp.KeyFrameRequest(amina.video_ssrc)]


async def test_a_new_participant_starts_from_the_cached_key_frame(certificate: RTCCertificate):
    async with a_stage(certificate) as stage:
        amina = await stage.connected("amina")
        amina.send_video(1)
        amina.send_video(2, VP8_KEY_FRAME + b"key")
        amina.send_video(3)
        await until(lambda: stage.plane.report(amina.id).packets_up == 3)

        bruno = await stage.connected("bruno")
        amina.send_video(4)
        await until(lambda: len(bruno.rtp) == 3)

        assert [packet[3] for packet in bruno.rtp] == [2, 3, 4]
        assert {int.from_bytes(packet[8:12]) for packet in bruno.rtp} == {bruno.slot_ssrc("video")}


async def test_a_key_frame_is_requested_as_soon_as_a_participant_gets_an_offer(
    certificate: RTCCertificate,
):
    async with a_stage(certificate) as stage:
        amina = await stage.connected("amina")
        amina.send_video(1)
        await until(lambda: stage.plane.report(amina.id).packets_up == 1)
        await settle()
        assert amina.saw(rtcp.KeyFrameRequest) == []

        stage.offered("bruno")

        await until(lambda: amina.saw(rtcp.KeyFrameRequest))


async def test_a_key_frame_is_requested_again_when_an_offer_is_answered_late(
    certificate: RTCCertificate,
):
    async with a_stage(certificate) as stage:
        amina = await stage.connected("amina")
        amina.send_video(1)
        await until(lambda: stage.plane.report(amina.id).packets_up == 1)
        bruno = stage.offered("bruno")
        await until(lambda: len(amina.saw(rtcp.KeyFrameRequest)) == 1)

        stage.clock.advance(1.01 * KEY_FRAME_INTERVAL_S)
        stage.plane.answer(bruno.id, bruno.answer())

        await until(lambda: len(amina.saw(rtcp.KeyFrameRequest)) == 2)


async def test_a_key_frame_is_requested_once_when_an_offer_is_answered_at_once(
    certificate: RTCCertificate,
):
    async with a_stage(certificate) as stage:
        amina = await stage.connected("amina")
        amina.send_video(1)
        await until(lambda: stage.plane.report(amina.id).packets_up == 1)

        bruno = stage.offered("bruno")
        stage.plane.answer(bruno.id, bruno.answer())
        stage.clock.advance(1.01 * KEY_FRAME_INTERVAL_S)
        stage.plane.tick()
        await settle()

        assert len(amina.saw(rtcp.KeyFrameRequest)) == 1


async def test_a_publisher_gets_a_receiver_report_every_second(certificate: RTCCertificate):
    async with a_stage(certificate) as stage:
        amina, bruno = await stage.pair()
        for sequence in (1, 2, 4, 5):
            amina.send_video(sequence)
        amina.send_audio(65535)
        await until(lambda: len(bruno.rtp) == 5)

        stage.clock.advance(1.0)
        stage.plane.tick()
        await until(lambda: amina.saw(rtcp.Report))

        blocks = {block.ssrc: block for block in amina.saw(rtcp.Report)[0].blocks}
        assert blocks[amina.audio_ssrc].highest == 65535
        assert blocks[amina.video_ssrc].lost == 1
        assert blocks[amina.video_ssrc].fraction == 256 // 5


async def test_a_publisher_of_sound_gets_the_loss_of_the_whole_path(
    certificate: RTCCertificate,
):
    async with a_stage(certificate) as stage:
        amina, bruno = await stage.pair()
        amina.send_audio(1)
        amina.send_video(1)
        await until(lambda: len(bruno.rtp) == 2)

        _misses(bruno, "audio", 26)
        _misses(bruno, "video", 26)
        await until(lambda: stage.plane.report(bruno.id).loss_down)
        blocks = await _reported(stage, amina)

        assert blocks[amina.audio_ssrc].fraction == 26
        assert blocks[amina.audio_ssrc].lost == 0, "on the way up"
        assert blocks[amina.video_ssrc].fraction == 0, "mended here"


async def test_a_publisher_of_sound_gets_the_worst_loss_of_its_receivers(
    certificate: RTCCertificate,
):
    async with a_stage(certificate) as stage:
        amina, bruno = await stage.pair()
        chloe = await stage.connected("chloe")
        amina.send_audio(1)
        await until(lambda: bruno.rtp and chloe.rtp)

        _misses(bruno, "audio", 30)
        await until(lambda: stage.plane.report(bruno.id).loss_down)
        _misses(chloe, "audio", 5)
        await until(lambda: stage.plane.report(chloe.id).loss_down)
        blocks = await _reported(stage, amina)

        assert blocks[amina.audio_ssrc].fraction == 30


def _misses(receiver: MediaPeer, kind: str, fraction: int) -> None:
    """Let a receiver report that it misses so much of its first slot, in 1/256."""
    block = rtcp.ReportBlock(receiver.slot_ssrc(kind), fraction, 1, 1, 0, 0, 0)
    receiver.send_rtcp(rtcp.receiver_report([block]))


async def _reported(stage: Stage, publisher: MediaPeer) -> dict[int, rtcp.ReportBlock]:
    """Return what a publisher is reported next, by its SSRCs."""
    publisher.rtcp.clear()
    stage.clock.advance(1.0)
    stage.plane.tick()
    await until(lambda: publisher.saw(rtcp.Report))
    return {block.ssrc: block for block in publisher.saw(rtcp.Report)[-1].blocks}


async def test_a_sender_report_is_translated_with_its_clock_and_gives_the_round_trip(
    certificate: RTCCertificate,
):
    async with a_stage(certificate) as stage:
        amina, bruno = await stage.pair()
        amina.send_video(1)
        await until(lambda: bruno.rtp)
        info = struct.pack("!QLLL", 0x1122334455667788, 90000, 1, 100)

        amina.send_rtcp(rtcp.sender_report(amina.video_ssrc, info))
        await until(lambda: bruno.saw(rtcp.SenderInfo))
        stage.clock.advance(0.25)
        block = rtcp.ReportBlock(bruno.slot_ssrc("video"), 64, 1, 1, 900, 0x33445566, 65536 // 5)
        bruno.send_rtcp(rtcp.receiver_report([block]))
        await until(lambda: stage.plane.report(bruno.id).rtt_ms is not None)

        assert bruno.saw(rtcp.SenderInfo) == [rtcp.SenderInfo(bruno.slot_ssrc("video"), info)]
        report = stage.plane.report(bruno.id)
        assert 49 < report.rtt_ms < 51
        assert report.loss_down == 0.25
        assert report.jitter_down_ms == 10


async def test_a_publisher_gets_a_start_bitrate_before_any_receiver_has_estimated_one(
    certificate: RTCCertificate,
):
    async with a_stage(certificate) as stage:
        amina = await stage.connected("amina")

        amina.send_video(1)
        await until(lambda: amina.saw(rtcp.Bandwidth))

        [hint] = amina.saw(rtcp.Bandwidth)
        assert hint.ssrcs == (amina.video_ssrc,)
        assert 0.99e6 < hint.bitrate <= 1e6


async def test_the_slowest_receiver_limits_the_bitrate(certificate: RTCCertificate):
    async with a_stage(certificate) as stage:
        amina, bruno = await stage.pair()
        carla = await stage.connected("carla")
        await until(lambda: amina.heard("offer") and bruno.heard("offer"))
        for peer in (amina, bruno):
            peer.accept_offer()
        await until(lambda: amina.sees("carla") and bruno.sees("carla"))
        for peer in (amina, bruno, carla):
            peer.send_video(1)
            await until(lambda peer=peer: peer.saw(rtcp.Bandwidth))

        # Each watches two pictures, so half of what it can take is for Amina's.
        bruno.send_rtcp(rtcp.remb(1_600_000, (bruno.slot_ssrc("video"),)))
        carla.send_rtcp(rtcp.remb(600_000, (carla.slot_ssrc("video"),)))
        await until(lambda: near(amina.saw(rtcp.Bandwidth)[-1].bitrate, 300_000))


async def test_a_participant_with_the_camera_off_leaves_their_bitrate_to_the_others(
    certificate: RTCCertificate,
):
    async with a_stage(certificate) as stage:
        amina, bruno = await stage.pair()
        amina.obliging = bruno.obliging = True
        carla = await stage.connected("carla")
        await until(lambda: amina.sees("carla") and bruno.sees("carla"))
        for peer in (amina, carla):
            peer.send_video(1)
            await until(lambda peer=peer: peer.saw(rtcp.Bandwidth))
        bruno.send_rtcp(rtcp.remb(800_000, (bruno.slot_ssrc("video"),)))
        await until(lambda: near(amina.saw(rtcp.Bandwidth)[-1].bitrate, 400_000))

        carla.say({"type": "media", "audio": True, "video": False})
        await until(lambda: bruno.heard("media"))
        stage.clock.advance(1)
        stage.plane.tick()

        await until(lambda: near(amina.saw(rtcp.Bandwidth)[-1].bitrate, 800_000))


def near(bitrate: int, wanted: int) -> bool:
    """A REMB rounds down."""
    return wanted * 0.99 < bitrate <= wanted


async def test_a_remb_of_zero_does_not_stop_the_picture(
    certificate: RTCCertificate,
):
    async with a_stage(certificate) as stage:
        amina, bruno = await stage.pair()
        amina.send_video(1)
        await until(lambda: amina.saw(rtcp.Bandwidth))

        bruno.send_rtcp(rtcp.remb(0, (bruno.slot_ssrc("video"),)))
        await until(lambda: len(amina.saw(rtcp.Bandwidth)) > 1)

        assert 59_000 < amina.saw(rtcp.Bandwidth)[-1].bitrate <= 60_000

"""An estimate that falls without reason does not lower the picture's bitrate."""

from __future__ import annotations

import random

import pytest
from aiortc import RTCCertificate

from kiosk.media.plane.bandwidth.throughput import QUEUE_S, Throughput
from kiosk.media.plane.wire import rtcp
from tests.media.peer import MediaPeer
from tests.media.stage import Stage, a_stage, until

A_SECOND = 75_000
"""Bytes of 600 kbit/s."""


def follow(throughput: Throughput, *, rtts: list[float], lost: float = 0.0, begin: int = 0) -> None:
    for second, rtt in enumerate(rtts, begin):
        throughput.reported(A_SECOND * second, lost, rtt, float(second))


def test_the_throughput_is_the_bitrate_that_arrives_without_a_queue():
    throughput = Throughput()

    follow(throughput, rtts=[0.02] * 5)

    assert throughput.bitrate == 600_000


def test_without_a_round_trip_the_throughput_is_unknown():
    throughput = Throughput()

    throughput.reported(A_SECOND, 0.0, None, 0.0)
    throughput.reported(2 * A_SECOND, 0.0, None, 1.0)

    assert throughput.bitrate == 0


def test_jitter_of_a_hundred_milliseconds_both_ways_is_not_taken_for_a_queue():
    throughput = Throughput()
    chance = random.Random(3)
    rtts = [0.005 + chance.uniform(0, 0.1) + chance.uniform(0, 0.1) for _ in range(60)]

    known = []
    for second, rtt in enumerate(rtts):
        throughput.reported(A_SECOND * second, 0.1, rtt, float(second))
        known.append(throughput.bitrate > 0)

    assert sum(known[1:]) > 0.9 * len(known[1:])


def test_a_grown_round_trip_means_that_the_line_is_full():
    throughput = Throughput()
    follow(throughput, rtts=[0.02] * 5)

    follow(throughput, rtts=[0.02 + 2 * QUEUE_S] * 5, begin=5)

    assert throughput.bitrate == 0


def test_packets_missing_after_repair_mean_that_the_line_is_full():
    throughput = Throughput()

    follow(throughput, rtts=[0.02] * 10, lost=0.3)

    assert throughput.bitrate == 0


def test_lost_packets_do_not_count_as_throughput():
    throughput = Throughput()

    follow(throughput, rtts=[0.02] * 3, lost=0.1)

    assert throughput.bitrate == pytest.approx(540_000)


async def test_a_falling_remb_does_not_lower_the_bitrate_while_everything_arrives(
    certificate: RTCCertificate,
):
    async with a_stage(certificate) as stage:
        amina, bruno = await stage.pair()
        for second in range(4):
            await _a_second_of_picture(stage, amina, bruno, second)

        bruno.send_rtcp(rtcp.remb(70_000, (bruno.slot_ssrc("video"),)))
        await until(lambda: amina.saw(rtcp.Bandwidth)[-1].bitrate != 1_000_000)

        # 50 packets of 1012 bytes a second.
        assert amina.saw(rtcp.Bandwidth)[-1].bitrate == pytest.approx(400_000, rel=0.05)


async def _a_second_of_picture(
    stage: Stage, amina: MediaPeer, bruno: MediaPeer, second: int
) -> None:
    before = len(bruno.rtp)
    for number in range(50):
        amina.send_video(50 * second + number, bytes(1000))
    await until(lambda: len(bruno.rtp) == before + 50)
    middle = 0x1000 + second
    info = (middle << 16).to_bytes(8) + bytes(12)
    heard = len(bruno.saw(rtcp.SenderInfo))
    amina.send_rtcp(rtcp.sender_report(amina.video_ssrc, info))
    await until(lambda: len(bruno.saw(rtcp.SenderInfo)) > heard)
    stage.clock.advance(1.0)
    block = rtcp.ReportBlock(bruno.slot_ssrc("video"), 0, 0, 0, 0, middle, int(0.99 * 65536))
    bruno.send_rtcp(rtcp.receiver_report([block]))
    await until(lambda: stage.plane.report(bruno.id).rtt_ms is not None)

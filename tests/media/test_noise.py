"""A call goes on during strange datagrams; ``make noise`` sends ten times as many."""

from __future__ import annotations

import struct

from bench.noise import Verdict, measure
from bench.noise_source import noise
from kiosk.media.plane.wire import stun


async def test_a_call_loses_no_packet_during_five_thousand_strange_datagrams_a_second():
    verdict = await measure(5000, 2, pinned=False)

    assert verdict.wrong == [], str(verdict)
    assert verdict.noise > 1000
    assert verdict.packets > 200


def test_a_verdict_says_what_went_wrong():
    verdict = Verdict(0.02, 1000, 50_000, 50_000, 0.3, 9000, 7, 1)

    assert len(verdict.wrong) == 4


def test_much_of_the_noise_is_well_formed_stun_for_nobody():
    made = [noise() for _ in range(200)]

    meant = [data for data in made if stun.ufrag_of(data) == "nobody"]

    assert len(meant) > 50
    assert all(len(data) == 20 + struct.unpack_from("!H", data, 2)[0] for data in meant)

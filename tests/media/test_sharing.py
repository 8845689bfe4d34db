"""A shared screen has its own m-line, one sharer at a time, and ends when it is stopped."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from aiortc import RTCCertificate

from kiosk.media.plane.wire import rtcp
from tests.media.peer import VP8_KEY_FRAME, MediaPeer
from tests.media.stage import Stage, a_stage, settle, until

TAKEN = {"type": "error", "code": "media.screen_taken"}


@asynccontextmanager
async def three(certificate: RTCCertificate) -> AsyncIterator[tuple[Stage, list[MediaPeer]]]:
    """Three people who see each other and answer offers at once."""
    async with a_stage(certificate) as stage:
        people = []
        for name in ("amina", "bruno", "carla"):
            people.append(await stage.connected(name))
            people[-1].obliging = True
        for peer in people:
            await until(lambda peer=peer: sum(bool(s["participant"]) for s in peer.layout) == 2)
        yield stage, people


async def shares(peer: MediaPeer, *others: MediaPeer) -> None:
    """Share, and wait until every other one has the line and knows whose screen it is."""
    peer.say({"type": "share", "on": True})
    for one in (peer, *others):
        await until(lambda one=one: one.screen_of == peer.participant)


def screen_packets(peer: MediaPeer) -> list[bytes]:
    """What of a shared screen has come, under the SSRC announced last."""
    return [p for p in peer.rtp if int.from_bytes(p[8:12]) == peer.screen_slot_ssrc]


def offers(*peers: MediaPeer) -> list[int]:
    return [len(peer.heard("offer")) for peer in peers]


async def test_a_shared_screen_has_an_m_line_of_its_own(certificate: RTCCertificate):
    async with three(certificate) as (_, (amina, bruno, carla)):
        assert bruno.screen_slot_ssrc is None

        await shares(amina, bruno, carla)
        sent = amina.send_screen(1, VP8_KEY_FRAME)
        for peer in (bruno, carla):
            await until(lambda peer=peer: screen_packets(peer))

        for peer in (bruno, carla):
            [came] = screen_packets(peer)
            assert came[12:] == sent[12:]
            assert came[1] == sent[1] == 97
        assert amina.rtp == []


async def test_the_m_lines_of_the_cameras_keep_their_positions(certificate: RTCCertificate):
    async with three(certificate) as (stage, (amina, bruno, carla)):
        before = bruno.slot_ssrc("video", 0), bruno.slot_ssrc("video", 1)

        await shares(amina, bruno, carla)
        await stage.connected("dario")
        await until(lambda: bruno.sees("dario"))

        mids = [media.rtp.muxId for media in bruno.offer.media]
        assert mids == ["0", "1", "2", "3", "4", "screen", "5", "6"]
        assert (bruno.slot_ssrc("video", 0), bruno.slot_ssrc("video", 1)) == before


async def test_a_second_participant_who_shares_gets_screen_taken(certificate: RTCCertificate):
    async with three(certificate) as (_, (amina, bruno, carla)):
        await shares(amina, bruno, carla)

        bruno.say({"type": "share", "on": True})
        await until(lambda: bruno.heard("error"))
        bruno.send_screen(1, VP8_KEY_FRAME)
        await settle()

        assert bruno.heard("error") == [TAKEN]
        assert carla.screen_of == "amina"
        assert screen_packets(carla) == []


async def test_screen_packets_without_a_share_message_are_dropped(certificate: RTCCertificate):
    async with three(certificate) as (stage, (amina, bruno, _)):
        amina.send_screen(1, VP8_KEY_FRAME)
        await until(lambda: stage.plane.forwarder.counters.unexpected_stream)

        assert bruno.rtp == []
        assert bruno.screen_of is None


async def test_after_sharing_stops_no_packet_of_the_screen_is_cached(certificate: RTCCertificate):
    async with three(certificate) as (stage, (amina, bruno, carla)):
        await shares(amina, bruno, carla)
        amina.send_screen(1, VP8_KEY_FRAME)
        await until(lambda: screen_packets(bruno))
        before = offers(amina, bruno, carla)

        amina.say({"type": "share", "on": False})
        for peer in (amina, bruno, carla):
            await until(lambda peer=peer: peer.screen_of is None)
        amina.send_screen(2)
        await settle()

        assert len(screen_packets(bruno)) == 1
        assert offers(amina, bruno, carla) == before
        assert stage.plane.peers[amina.id].publications.screen.cache.get(1) is None


async def test_the_same_participant_shares_again_without_an_offer(certificate: RTCCertificate):
    async with three(certificate) as (_, (amina, bruno, carla)):
        await shares(amina, bruno, carla)
        amina.send_screen(1, VP8_KEY_FRAME)
        await until(lambda: screen_packets(bruno))
        amina.say({"type": "share", "on": False})
        await until(lambda: bruno.screen_of is None)
        before = offers(amina, bruno, carla)

        await shares(amina, bruno, carla)
        amina.send_screen(2, VP8_KEY_FRAME)
        await until(lambda: len(screen_packets(bruno)) == 2)

        assert offers(amina, bruno, carla) == before


async def test_another_participant_shares_under_new_ssrcs(certificate: RTCCertificate):
    async with three(certificate) as (_, (amina, bruno, carla)):
        await shares(amina, bruno, carla)
        old = carla.screen_slot_ssrc
        amina.say({"type": "share", "on": False})
        await until(lambda: carla.screen_of is None)

        await shares(bruno, amina, carla)
        bruno.send_screen(1, VP8_KEY_FRAME)
        for peer in (amina, carla):
            await until(lambda peer=peer: screen_packets(peer))

        assert carla.screen_slot_ssrc != old
        assert [ssrc for bye in carla.saw(rtcp.Goodbye) for ssrc in bye.ssrcs] == [old]


async def test_a_new_participant_sees_the_shared_screen_at_once(certificate: RTCCertificate):
    async with three(certificate) as (stage, (amina, bruno, carla)):
        await shares(amina, bruno, carla)
        amina.send_screen(1, VP8_KEY_FRAME)
        amina.send_screen(2)
        await until(lambda: len(screen_packets(carla)) == 2)

        dario = await stage.connected("dario")
        await until(lambda: len(screen_packets(dario)) == 2)

        assert dario.screen_of == "amina"
        assert dario.heard("offer") == []


async def test_sharing_ends_when_the_sharer_leaves(certificate: RTCCertificate):
    async with three(certificate) as (stage, (amina, bruno, carla)):
        await shares(amina, bruno, carla)

        stage.plane.leave(amina.id)
        for peer in (bruno, carla):
            await until(lambda peer=peer: peer.screen_of is None)
        await shares(bruno, carla)
        bruno.send_screen(1, VP8_KEY_FRAME)

        await until(lambda: screen_packets(carla))


async def test_sharing_goes_on_when_a_viewer_leaves(certificate: RTCCertificate):
    async with three(certificate) as (stage, (amina, bruno, carla)):
        await shares(amina, bruno, carla)

        stage.plane.leave(bruno.id)
        await until(lambda: not amina.sees("bruno"))
        amina.send_screen(1, VP8_KEY_FRAME)

        await until(lambda: screen_packets(carla))


async def test_a_screen_with_a_new_ssrc_is_seen_again_after_an_offer(
    certificate: RTCCertificate,
):
    async with three(certificate) as (_, (amina, bruno, carla)):
        await shares(amina, bruno, carla)
        amina.send_screen(1, VP8_KEY_FRAME)
        await until(lambda: screen_packets(bruno))
        before = bruno.screen_slot_ssrc

        amina.screen_ssrc = 0xC0000002
        amina.send_screen(9, VP8_KEY_FRAME)
        await until(lambda: bruno.screen_slot_ssrc != before)
        await until(lambda: screen_packets(bruno))

        assert screen_packets(bruno)[0][2:4] == (9).to_bytes(2)


async def test_a_lost_screen_packet_is_repeated_and_a_key_frame_requested(
    certificate: RTCCertificate,
):
    async with three(certificate) as (_, (amina, bruno, carla)):
        await shares(amina, bruno, carla)
        bruno.losing = {1}
        amina.send_screen(1, VP8_KEY_FRAME)
        await until(lambda: bruno.lost)
        bruno.losing = set()

        bruno.send_rtcp(rtcp.nack(bruno.screen_slot_ssrc, [1]))
        bruno.send_rtcp(rtcp.pli(bruno.screen_slot_ssrc))

        await until(lambda: screen_packets(bruno))
        await until(
            lambda: any(one.ssrc == amina.screen_ssrc for one in amina.saw(rtcp.KeyFrameRequest))
        )


async def test_a_shared_screen_gets_its_part_of_the_bitrate(certificate: RTCCertificate):
    async with a_stage(certificate) as stage:
        amina, bruno = await stage.pair()
        amina.obliging = bruno.obliging = True
        await shares(amina, bruno)
        for send in (amina.send_video, bruno.send_video, amina.send_screen):
            send(1)
        await until(lambda: any(len(one.ssrcs) == 2 for one in amina.saw(rtcp.Bandwidth)))

        bruno.send_rtcp(rtcp.remb(800_000, (bruno.slot_ssrc("video"),)))
        amina.send_rtcp(rtcp.remb(500_000, (amina.slot_ssrc("video"),)))

        # Both of the pictures that come to Bruno are Amina's, and a single one comes to her.
        await until(lambda: 790_000 < amina.saw(rtcp.Bandwidth)[-1].bitrate <= 800_000)
        await until(lambda: 490_000 < bruno.saw(rtcp.Bandwidth)[-1].bitrate <= 500_000)


@pytest.mark.parametrize("on", [1, "yes", None])
async def test_a_malformed_share_message_is_refused(certificate: RTCCertificate, on: object):
    async with a_stage(certificate) as stage:
        amina, bruno = await stage.pair()

        amina.say({"type": "share", "on": on})
        await until(lambda: amina.heard("error"))

        assert amina.heard("error") == [{"type": "error", "code": "media.bad_message"}]
        assert bruno.screen_of is None

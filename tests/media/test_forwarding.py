"""Packets reach the other participants unchanged but for their SSRC."""

from __future__ import annotations

import socket

import pytest
from aiortc import RTCCertificate

from tests.conftest import OWN_ADDRESS
from tests.media.peer import VP8_KEY_FRAME
from tests.media.stage import a_stage, settle, until


def ipv6_loopback() -> list[str]:
    """``::1`` where this machine speaks IPv6 at all; many containers do not."""
    try:
        with socket.socket(socket.AF_INET6, socket.SOCK_DGRAM) as probe:
            probe.bind(("::1", 0))
    except OSError:
        return []
    return ["::1"]


async def test_sound_and_picture_reach_the_other_with_only_the_ssrc_changed(
    certificate: RTCCertificate,
):
    async with a_stage(certificate) as stage:
        amina, bruno = await stage.pair()

        sound = amina.send_audio(7, b"bonjour")
        picture = amina.send_video(9, VP8_KEY_FRAME + bytes(1100), timestamp=4711)
        await until(lambda: len(bruno.rtp) == 2)

        for sent, got, kind in zip((sound, picture), bruno.rtp, ("audio", "video"), strict=True):
            assert got[:8] == sent[:8]
            assert int.from_bytes(got[8:12]) == bruno.slot_ssrc(kind)
            assert got[12:] == sent[12:]
        assert amina.rtp == []


async def test_each_of_four_people_in_a_room_receives_the_three_others(certificate: RTCCertificate):
    async with a_stage(certificate) as stage:
        people = [await stage.connected(name) for name in ("a", "b", "c", "d")]
        newest = people[-1]

        newest.send_audio(1)
        for peer in people[:-1]:
            for _ in range(3):  # offers come one at a time; each answer may bring the next
                await settle()
                if peer.heard("offer"):
                    peer.accept_offer()
            await until(lambda peer=peer: peer.sees("d"))
        newest.send_audio(2)

        for peer in people[:-1]:
            await until(lambda peer=peer: any(packet[2:4] == b"\0\2" for packet in peer.rtp))
        assert newest.rtp == []


async def test_no_packet_leaves_its_room(certificate: RTCCertificate):
    async with a_stage(certificate) as stage:
        amina = await stage.connected("amina", room="one")
        bruno = await stage.connected("bruno", room="two")

        amina.send_audio(1)
        await settle()

        assert bruno.rtp == []


async def test_an_echo_call_returns_the_participants_own_sound_and_picture(
    certificate: RTCCertificate,
):
    async with a_stage(certificate) as stage:
        amina = await stage.connected("amina", echo=True)
        other = await stage.connected("bruno", echo=True)

        amina.send_audio(1, b"echo")
        amina.send_video(1, VP8_KEY_FRAME)
        await until(lambda: len(amina.rtp) == 2)

        assert amina.sees("amina")
        assert amina.rtp[0][12:] == b"echo"
        assert int.from_bytes(amina.rtp[1][8:12]) == amina.slot_ssrc("video")
        assert other.rtp == []


@pytest.mark.parametrize("address", [OWN_ADDRESS, *ipv6_loopback()])
async def test_the_plane_answers_on_each_of_the_machines_addresses(
    certificate: RTCCertificate, address: str
):
    async with a_stage(certificate, addresses=(address,)) as stage:
        amina, bruno = await stage.pair()

        amina.send_audio(1, b"hello")
        await until(lambda: bruno.rtp)

        assert bruno.server[0] == address


async def test_a_report_counts_packets_and_bytes_in_each_direction(certificate: RTCCertificate):
    async with a_stage(certificate) as stage:
        amina, bruno = await stage.pair()

        for sequence in range(20):
            amina.send_audio(sequence)
        await until(lambda: len(bruno.rtp) == 20)

        up, down = stage.plane.report(amina.id), stage.plane.report(bruno.id)
        assert up.connected
        assert (up.packets_up, up.packets_down) == (20, 0)
        assert (down.packets_up, down.packets_down) == (0, 20)
        assert up.bytes_up == down.bytes_down == 20 * len(bruno.rtp[0])

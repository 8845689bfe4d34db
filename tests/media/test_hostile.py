"""No datagram from outside ends anything but, at most, its sender."""

from __future__ import annotations

import asyncio
import random
import socket
import struct

import pytest
from aiortc import RTCCertificate
from aiortc.rtcdtlstransport import SRTP_AES128_CM_SHA1_80

from kiosk.media.plane.forwarding.forwarder import Forwarder
from kiosk.media.plane.limits import (
    ADDRESSES_PER_PEER,
    DTLS_QUEUE,
    MAX_DATAGRAM,
    SSRCS_PER_LINE,
    SSRCS_SPARE,
)
from kiosk.media.plane.wire import rtcp
from tests.media.peer import MediaPeer
from tests.media.stage import Stage, a_stage, settle, until

FIRST_BYTES = (0x00, 0x01, 0x03, 0x10, 0x14, 0x16, 0x17, 0x3F, 0x40, 0x80, 0x81, 0xBF, 0xC8, 0xFF)


def rubbish() -> list[bytes]:
    """A few hundred datagrams of every announced kind and every length that ever hurt somebody."""
    dice = random.Random(20)  # noqa: S311
    lengths = (1, 2, 3, 4, 7, 8, 11, 12, 13, 19, 20, 28, 60, 200, 1499, 1500, 1501, 4000, 9000)
    return [b""] + [
        bytes([first]) + dice.randbytes(length - 1) for first in FIRST_BYTES for length in lengths
    ]


def plausible(ufrag: str) -> list[bytes]:
    """Datagrams that get past the first check of each parser."""
    username = f"{ufrag}:x".encode()
    stun = struct.pack("!HHL", 1, 0, 0x2112A442) + bytes(12)
    attributes = (
        struct.pack("!HH", 6, 0xFFFF),
        struct.pack("!HH", 6, len(username)) + username + bytes(-len(username) % 4),
        struct.pack("!HH", 6, 4) + b"\xff\xfe\xfd\xfc",
        struct.pack("!HH", 8, 20) + bytes(20),
        struct.pack("!HH", 0x20, 4) + bytes(4),
        struct.pack("!HH", 0x8028, 4) + bytes(4),
    )
    hello = bytes.fromhex("16feff0000000000000000") + struct.pack("!H", 50) + bytes(50)
    alert = bytes.fromhex("15fefd00000000000000010002 0100")
    return [
        stun,
        stun[:4] + bytes(16),
        *(stun[:2] + struct.pack("!H", len(a)) + stun[4:] + a for a in attributes),
        hello,
        hello[:14],
        alert,
        struct.pack("!BBHLL", 0x9F, 96, 1, 1, 1) + bytes(4),
        struct.pack("!BBHLL", 0x90, 96, 1, 1, 1) + b"\xbe\xde\xff\xff",
        rtcp.pli(1) + bytes(16),
        b"\x81\xc9\xff\xff" + bytes(40),
    ]


async def keeps_talking(stage: Stage, amina: MediaPeer, bruno: MediaPeer, sequence: int) -> None:
    """Show that the call goes on."""
    before = len(bruno.rtp)
    amina.send_audio(sequence)
    await until(lambda: len(bruno.rtp) == before + 1)
    assert stage.gone() == []
    assert stage.plane.forwarder.counters.faults == 0


async def test_a_call_goes_on_during_rubbish_from_unknown_addresses(certificate: RTCCertificate):
    async with a_stage(certificate) as stage:
        amina, bruno = await stage.pair()
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as stranger:
            for datagram in rubbish() + plausible(amina.ufrag):
                stranger.sendto(datagram, stage.port)
                await asyncio.sleep(0)  # the kernel's buffer must not be what drops them
            await settle()

            await keeps_talking(stage, amina, bruno, 1)
            outsized = [d for d in rubbish() if not 0 < len(d) <= MAX_DATAGRAM]
            assert stage.plane.forwarder.counters.bad_size == len(outsized)
            stranger.setblocking(False)
            with pytest.raises(BlockingIOError):
                stranger.recv(2000)  # not one byte went to an address that proved nothing


async def test_a_call_goes_on_during_rubbish_from_a_participants_address(
    certificate: RTCCertificate,
):
    async with a_stage(certificate) as stage:
        amina, bruno = await stage.pair()

        for datagram in rubbish() + plausible(amina.ufrag):
            amina.send_raw(datagram)
            await asyncio.sleep(0)
        await settle()

        await keeps_talking(stage, amina, bruno, 1)
        await keeps_talking(stage, bruno, amina, 1)


async def test_a_participant_joins_though_rubbish_came_before_their_answer(
    certificate: RTCCertificate,
):
    async with a_stage(certificate) as stage:
        amina = stage.offered("amina")
        await amina.prove_address()

        for datagram in 3 * rubbish() + plausible(amina.ufrag):
            amina.send_raw(datagram)
            await asyncio.sleep(0)
        await settle()
        bruno = await stage.connected("bruno")

        assert bruno.layout
        assert stage.plane.forwarder.counters.faults == 0
        assert stage.plane.peers[amina.id].connection.dtls._lite._queue.qsize() == DTLS_QUEUE


async def test_correctly_encrypted_rubbish_does_not_disturb_the_others(
    certificate: RTCCertificate,
):
    async with a_stage(certificate) as stage:
        amina, bruno = await stage.pair()
        dice = random.Random(3)  # noqa: S311

        sequence = 0
        for number in range(400):
            kind = dice.choice((200, 201, 202, 203, 204, 205, 206, 207))
            claimed = dice.choice((0, 1, 2, 6, 7, 60, 0xFFFF))
            head = struct.pack("!BBHL", 0x80 | dice.getrandbits(5), kind, claimed, 1)
            body = dice.randbytes(4 * dice.randrange(20))
            amina.send_rtcp(head + dice.choice((body, b"\0\0\0\0REMB" + body)))
            sequence += dice.randrange(1, 200)  # libsrtp would not encrypt one that goes back
            amina.send_video(sequence & 0xFFFF, dice.randbytes(dice.randrange(30)))
            if number % 20 == 0:
                await asyncio.sleep(0)
        await settle()
        stage.clock.advance(1)
        stage.plane.tick()

        await keeps_talking(stage, bruno, amina, 1)
        await keeps_talking(stage, amina, bruno, 1)


async def test_replayed_media_is_not_forwarded_twice(certificate: RTCCertificate):
    async with a_stage(certificate) as stage:
        amina, bruno = await stage.pair()
        sent: list[bytes] = []
        plain = amina.send_raw
        amina.send_raw = lambda data: (sent.append(data), plain(data))[1]  # type: ignore[method-assign]

        amina.send_audio(1)
        await until(lambda: bruno.rtp)
        plain(sent[-1])
        await settle()

        assert len(bruno.rtp) == 1
        assert stage.plane.forwarder.counters.unauthentic == 1


async def test_the_longest_packet_is_forwarded_and_a_longer_one_is_dropped(
    certificate: RTCCertificate,
):
    async with a_stage(certificate) as stage:
        # Her tags are 10 bytes long, his 16: a packet that just fits on her side does not on his.
        amina = await stage.connected("amina", profile=SRTP_AES128_CM_SHA1_80)
        bruno = await stage.connected("bruno")

        # pylibsrtp's own cap stands at 1356 bytes; libsrtp itself goes further, as browsers may.
        for sequence, length in ((1, 1484), (2, 1485)):
            head = struct.pack("!BBHLL", 0x80, 111, sequence, 0, amina.audio_ssrc)
            amina.send_raw(protect_any_length(amina, head + bytes(length - len(head))))
        await until(lambda: bruno.rtp)
        await settle()

        assert [len(packet) for packet in bruno.rtp] == [1484]
        counters = stage.plane.forwarder.counters
        assert (counters.bad_size, counters.unexpected_stream, counters.forwarded) == (0, 1, 1)
        await keeps_talking(stage, amina, bruno, 9)


def protect_any_length(peer: MediaPeer, packet: bytes) -> bytes:
    """Encrypt as libsrtp would in a browser, without pylibsrtp's buffer in the way."""
    from pylibsrtp import ffi, lib

    buffer = bytearray(4096)
    buffer[: len(packet)] = packet
    length = ffi.new("int *", len(packet))
    session = peer.dtls._tx_srtp._srtp[0]
    assert lib.srtp_protect(session, ffi.from_buffer("char[]", buffer), length) == 0
    return bytes(buffer[: length[0]])


async def test_a_browser_can_use_a_bounded_number_of_ssrcs(certificate: RTCCertificate):
    async with a_stage(certificate) as stage:
        amina, bruno = await stage.pair()

        for number in range(200):
            amina._send_rtp(13, number, 0, 0x1000 + number, b"what is this")
            await asyncio.sleep(0)
        await settle()
        for number in range(200):
            bruno.send_rtcp(struct.pack("!BBHL", 0x80, 201, 1, 0x9000 + number))
            await asyncio.sleep(0)
        await settle()

        for peer in (amina, bruno):
            learned = stage.plane.peers[peer.id].connection.learned
            assert learned == SSRCS_SPARE + 2 * SSRCS_PER_LINE  # it was offered two media lines
        assert stage.gone() == []


async def test_a_packet_with_an_unknown_payload_type_is_dropped(certificate: RTCCertificate):
    async with a_stage(certificate) as stage:
        amina, bruno = await stage.pair()

        amina._send_rtp(97, 1, 0, 77, b"?")
        await settle()

        assert bruno.rtp == []
        await keeps_talking(stage, amina, bruno, 1)


async def test_the_plane_remembers_a_bounded_number_of_addresses_of_a_browser(
    certificate: RTCCertificate,
):
    async with a_stage(certificate) as stage:
        amina, bruno = await stage.pair()

        for _ in range(ADDRESSES_PER_PEER + 5):
            amina.move()
            await amina.prove_address(nominate=False)

        mine = [p for p in stage.plane.forwarder.by_address.values() if p.id == amina.id]
        assert len(mine) == ADDRESSES_PER_PEER
        await keeps_talking(stage, bruno, amina, 1)


async def test_an_exception_in_the_plane_loses_one_datagram(
    certificate: RTCCertificate, monkeypatch: pytest.MonkeyPatch
):
    async with a_stage(certificate) as stage:
        amina, bruno = await stage.pair()
        forward = Forwarder._forward

        def faulty(self: Forwarder, peer: object, size: int, now: float) -> None:
            monkeypatch.setattr(Forwarder, "_forward", forward)
            raise RuntimeError("a fault")

        monkeypatch.setattr(Forwarder, "_forward", faulty)
        amina.send_audio(1)
        await until(lambda: stage.plane.forwarder.counters.faults == 1)
        amina.send_audio(2)

        await until(lambda: len(bruno.rtp) == 1)

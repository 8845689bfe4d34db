"""Malformed or excessive SCTP from a participant is dropped."""

from __future__ import annotations

import asyncio
import struct

import pytest
from aiortc import RTCCertificate
from aiortc.rtcsctptransport import AbortChunk
from hypothesis import given
from hypothesis import strategies as st

from kiosk.media.plane.limits import SCTP_BURST, SCTP_CHUNKS, SCTP_STREAMS, SCTP_STRIKES
from kiosk.media.plane.transport.sctp import (
    DATA,
    FORWARD_TSN,
    HEARTBEAT,
    INIT,
    MALFORMED,
    RECONFIG,
    SACK,
    SHUTDOWN,
    GuardedSctp,
    chunks_of,
    parameters_of,
)
from tests.media.mutations import sctp_packet
from tests.media.peer import MediaPeer
from tests.media.stage import Stage, a_stage, settle, until


def chunk(kind: int, body: bytes, *, length: int | None = None) -> bytes:
    """Write one chunk, whose length may be a lie."""
    head = struct.pack("!BBH", kind, 3, 4 + len(body) if length is None else length)
    return head + body + bytes(-len(body) % 4)


def sack(*gaps: tuple[int, int], of: int | None = None, ahead: int = 0) -> bytes:
    """Write a SACK with these gaps, counted from what was acknowledged last."""
    body = struct.pack("!LLHH", ahead, 1 << 20, len(gaps) if of is None else of, 0)
    return chunk(SACK, body + b"".join(struct.pack("!HH", *gap) for gap in gaps))


ENDLESS = chunk(HEARTBEAT, struct.pack("!HH", 1, 0))
"""A parameter of length zero: a reader that adds its length never gets past it."""

MALICE = {
    "a parameter without length": ENDLESS,
    "the same in a reconfiguration": chunk(RECONFIG, struct.pack("!HH", 13, 0)),
    "a parameter cut off": chunk(RECONFIG, struct.pack("!HHL", 13, 8, 1)),
    "more gaps than anything was sent": sack(*[(1, 0xFFFF)] * 250),
    "a gap that ends before it begins": sack((9, 3)),
    "gaps that are not there": sack(of=7),
    "an acknowledgement of the future": sack(ahead=77),
    "data without data": chunk(DATA, bytes(12)),
    "data cut off": chunk(DATA, bytes(5)),
    "data from far ahead": chunk(DATA, struct.pack("!LHHL", 99999, 0, 0, 51) + b"x"),
    "a jump to far ahead": chunk(FORWARD_TSN, struct.pack("!LHH", 99999, 0, 0)),
    "a jump over many streams": chunk(FORWARD_TSN, bytes(4 * (SCTP_STREAMS + 2))),
    "a jump with an odd end": chunk(FORWARD_TSN, bytes(6)),
    "an INIT that is cut off": chunk(INIT, bytes(9)),
    "an INIT among others": chunk(HEARTBEAT, b"") + chunk(INIT, bytes(16)),
    "an INIT in the middle of a call": chunk(INIT, bytes(16)),
    "a truncated shutdown": chunk(SHUTDOWN, b""),
    "a chunk longer than its packet": chunk(HEARTBEAT, b"", length=900),
    "a chunk shorter than its header": chunk(HEARTBEAT, b"", length=2),
    "too many chunks": chunk(HEARTBEAT, b"") * (SCTP_CHUNKS + 1),
    "a channel's name that is no text": chunk(
        DATA, b"\0\0\0\x01\0\x01\0\0" + struct.pack("!LBBHLHH", 50, 3, 0, 0, 0, 2, 0) + b"\xff\xfe"
    ),
}


async def write(stage: Stage, peer: MediaPeer, chunks: bytes) -> None:
    """Send chunks as somebody who knows the association; numbers count from where it stands."""
    there = association(stage, peer)
    kind = chunks[0]
    if kind in (DATA, FORWARD_TSN) and len(chunks) >= 8:
        chunks = chunks[:4] + moved(chunks[4:8], there._last_received_tsn) + chunks[8:]
    elif kind == SACK:
        chunks = chunks[:4] + moved(chunks[4:8], there._last_sacked_tsn) + chunks[8:]
    tag = 0 if kind == INIT else there._local_verification_tag
    await peer.dtls._send_data(sctp_packet(tag, chunks))


def moved(number: bytes, by: int) -> bytes:
    return ((int.from_bytes(number) + by) & 0xFFFFFFFF).to_bytes(4)


def association(stage: Stage, peer: MediaPeer) -> GuardedSctp:
    channel = stage.plane.peers[peer.id].connection.channel
    assert channel is not None
    return channel._sctp


@pytest.mark.parametrize("name", MALICE)
async def test_one_malicious_packet_is_dropped_and_counted(certificate: RTCCertificate, name: str):
    async with a_stage(certificate) as stage:
        amina, bruno = await stage.pair()
        await until(lambda: not association(stage, amina)._sent_queue)

        await write(stage, amina, MALICE[name])
        await until(lambda: stage.plane.counters.refused_sctp == 1)
        amina.send_audio(1)
        await until(lambda: bruno.rtp)

        assert stage.gone() == []


async def test_a_peer_that_keeps_sending_malformed_sctp_is_ended_and_the_others_stay(
    certificate: RTCCertificate,
):
    async with a_stage(certificate) as stage:
        amina, bruno = await stage.pair()

        for _ in range(SCTP_STRIKES // MALFORMED + 1):
            await write(stage, amina, ENDLESS)
        await until(lambda: stage.gone())

        assert stage.gone() == [("amina", "failed")]
        await until(lambda: not bruno.sees("amina"))


async def test_a_peer_that_floods_with_valid_sctp_is_slowed_down_and_then_ended(
    certificate: RTCCertificate,
):
    async with a_stage(certificate) as stage:
        amina, bruno = await stage.pair()
        heartbeat = chunk(HEARTBEAT, b"")

        for _ in range(SCTP_BURST + 10):
            await write(stage, amina, heartbeat)
            stage.clock.advance(1 / 1000)  # the DTLS in which it comes has a rate of its own
            await asyncio.sleep(0)
        await settle()
        slowed = stage.plane.counters.refused_sctp + stage.plane.counters.refused_dtls
        still_there = stage.gone() == []
        while not stage.gone():
            await write(stage, amina, heartbeat * SCTP_CHUNKS)
            stage.clock.advance(1 / 400)
            await asyncio.sleep(0)

        assert still_there
        assert slowed < SCTP_BURST
        assert stage.plane.counters.refused_sctp >= SCTP_STRIKES
        assert stage.gone() == [("amina", "failed")]
        await until(lambda: not bruno.sees("amina"))


async def test_a_message_that_can_no_longer_be_sent_raises_nothing(certificate: RTCCertificate):
    async with a_stage(certificate) as stage:
        amina, _ = await stage.pair()
        there = association(stage, amina)
        there.transport._ssl.shutdown()

        await there._send_chunk(AbortChunk())
        await there.stop()

        assert there.state == "closed"


async def test_a_call_goes_on_during_a_flood_of_dtls(certificate: RTCCertificate):
    async with a_stage(certificate) as stage:
        amina, bruno = await stage.pair()
        carla = await stage.connected("carla", room="elsewhere")
        dora = await stage.connected("dora", room="elsewhere")

        for number in range(3000):
            amina.send_raw(b"\x17\xfe\xfd" + bytes(60))
            if number % 20 == 0:
                carla.send_audio(number)
                await asyncio.sleep(0)
        await until(lambda: len(dora.rtp) == 150)

        assert stage.plane.counters.refused_dtls > 0
        assert stage.gone() == []
        bruno.send_audio(1)
        await until(lambda: amina.rtp)


async def test_streams_beyond_the_bound_are_not_opened(certificate: RTCCertificate):
    async with a_stage(certificate) as stage:
        amina, _ = await stage.pair()
        there = association(stage, amina)

        for stream in range(SCTP_STREAMS + 4):
            body = struct.pack("!LHHL", 2 + stream, stream, 9, 51)  # waits for the one before
            await write(stage, amina, chunk(DATA, body + b"x"))
        await until(lambda: stage.plane.counters.refused_sctp)
        await settle()

        assert len(there._inbound_streams) == SCTP_STREAMS
        assert stage.gone() == []


@given(st.binary(max_size=80))
def test_parsing_an_sctp_packet_ends_and_never_raises(data: bytes):
    chunks = chunks_of(bytes(12) + data)

    assert chunks is None or sum(4 + len(body) for _, body in chunks) <= len(data)


@given(st.binary(max_size=80))
def test_parsing_sctp_parameters_ends_and_never_raises(data: bytes):
    parameters = parameters_of(data)

    assert parameters is None or sum(4 + len(value) for _, value in parameters) <= len(data)

"""Who speaks is read from packet headers and announced to everybody now and then."""

from __future__ import annotations

import struct

import pytest
from aiortc import RTCCertificate
from aiortc.rtcrtpparameters import RTCRtpHeaderExtensionParameters, RTCRtpParameters
from aiortc.rtp import HeaderExtensions, HeaderExtensionsMap, pack_header_extensions
from hypothesis import given
from hypothesis import strategies as st

from kiosk.media.plane.call.speakers import HOLD_S, LISTEN_EVERY_S, SPEECH
from kiosk.media.plane.wire.audio_level import SILENCE, level_of
from kiosk.media.plane.wire.sdp import AUDIO_LEVEL_ID
from tests.media.peer import MediaPeer
from tests.media.stage import Stage, a_stage, settle, until


def packet(*elements: tuple[int, bytes], sources: int = 0) -> bytes:
    profile, extension = pack_header_extensions(list(elements))
    head = struct.pack("!BBHLL", 0x90 | sources, 111, 1, 2, 3) + bytes(4 * sources)
    return head + struct.pack("!HH", profile, len(extension) // 4) + extension + b"sound"


@given(
    level=st.integers(0, 127),
    voice=st.booleans(),
    sources=st.integers(0, 15),
    before=st.lists(st.tuples(st.integers(2, 14), st.binary(min_size=1, max_size=16)), max_size=4),
)
def test_the_audio_level_is_found_among_other_extensions(
    level: int, voice: bool, sources: int, before: list[tuple[int, bytes]]
):
    data = packet(*before, (AUDIO_LEVEL_ID, bytes([level | voice << 7])), sources=sources)

    assert level_of(data, len(data)) == level


def test_an_audio_level_written_by_aiortc_is_read():
    extensions = HeaderExtensionsMap()
    uri = "urn:ietf:params:rtp-hdrext:ssrc-audio-level"
    extensions.configure(
        RTCRtpParameters(
            headerExtensions=[RTCRtpHeaderExtensionParameters(id=AUDIO_LEVEL_ID, uri=uri)]
        )
    )
    profile, value = extensions.set(HeaderExtensions(audio_level=(True, 23)))
    data = struct.pack("!BBHLLHH", 0x90, 111, 1, 2, 3, profile, len(value) // 4) + value

    assert level_of(data, len(data)) == 23


@given(st.binary(min_size=12, max_size=80))
def test_rubbish_yields_a_level_and_never_raises(data: bytes):
    assert 0 <= level_of(data, len(data)) <= SILENCE


@pytest.mark.parametrize(
    "data",
    [
        struct.pack("!BBHLL", 0x80, 111, 1, 2, 3) + b"sound",
        packet((AUDIO_LEVEL_ID + 1, b"\x05")),
        packet((AUDIO_LEVEL_ID, b"\x05"))[:17],
    ],
    ids=["without an extension", "another extension", "cut short"],
)
def test_a_packet_without_a_level_is_silence(data: bytes):
    assert level_of(data, len(data)) == SILENCE


def speak(peer: MediaPeer, level: int, sequence: int = 4) -> None:
    """Send one sound packet of that level; its number is one that is listened to."""
    extension = struct.pack("!HHBBH", 0xBEDE, 1, AUDIO_LEVEL_ID << 4, level, 0)
    head = struct.pack("!BBHLL", 0x90, 111, sequence, 0, peer.audio_ssrc)
    peer.send_raw(peer.dtls._tx_srtp.protect(head + extension + b"sound"))


async def listened(stage: Stage, *peers: MediaPeer) -> None:
    """Let what was sent arrive, and the plane listen."""
    await settle()
    stage.clock.advance(LISTEN_EVERY_S)
    stage.plane.tick()
    await settle()


def announced_to(peer: MediaPeer) -> list[list[str]]:
    return [message["participants"] for message in peer.heard("speaking")]


async def test_the_start_and_the_end_of_speech_are_each_announced_once(certificate: RTCCertificate):
    async with a_stage(certificate) as stage:
        amina, bruno = await stage.pair()

        speak(amina, SPEECH - 10)
        await listened(stage)
        await until(lambda: announced_to(bruno))
        speak(amina, SPEECH - 20, sequence=8)
        await listened(stage)
        stage.clock.advance(HOLD_S)
        await listened(stage)
        await until(lambda: len(announced_to(bruno)) == 2)

        assert announced_to(bruno) == announced_to(amina) == [["amina"], []]


async def test_a_level_below_the_threshold_is_not_speech(certificate: RTCCertificate):
    async with a_stage(certificate) as stage:
        amina, bruno = await stage.pair()

        speak(amina, SPEECH + 10)
        amina.send_audio(8)
        await listened(stage)

        assert announced_to(bruno) == []


async def test_a_new_participant_learns_who_is_speaking(certificate: RTCCertificate):
    async with a_stage(certificate) as stage:
        amina, _ = await stage.pair()
        speak(amina, 20)
        await listened(stage)

        carla = await stage.connected("carla")

        await until(lambda: announced_to(carla))
        assert announced_to(carla) == [["amina"]]


async def test_a_participant_who_leaves_is_no_longer_speaking(certificate: RTCCertificate):
    async with a_stage(certificate) as stage:
        amina, bruno = await stage.pair()
        speak(amina, 20)
        await listened(stage)

        stage.plane.leave(amina.id)
        await listened(stage)

        await until(lambda: announced_to(bruno) == [["amina"], []])

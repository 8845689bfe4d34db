"""The outer parts of an RTP packet, well-formed and malformed."""

from __future__ import annotations

import struct

import pytest
from aiortc.rtcrtpparameters import RTCRtpHeaderExtensionParameters, RTCRtpParameters
from aiortc.rtp import HeaderExtensionsMap, RtpPacket
from hypothesis import given
from hypothesis import strategies as st

from kiosk.media.plane.wire.rtp import extension, payload_end, payload_offset

HEADER = struct.pack("!BBHLL", 0x90, 96, 1, 2, 3)


def with_extension(elements: str, *, profile: str = "bede") -> bytes:
    data = bytes.fromhex(elements)
    words = (len(data) + 3) // 4
    return HEADER + bytes.fromhex(profile) + words.to_bytes(2) + data.ljust(4 * words, b"\0")


def test_an_element_is_found_among_others():
    packet = with_extension("22 aabbcc 00 30 68 41 0102")

    assert extension(packet, len(packet), 2) == b"\xaa\xbb\xcc"
    assert extension(packet, len(packet), 3) == b"h"
    assert extension(packet, len(packet), 4) == b"\1\2"
    assert extension(packet, len(packet), 5) is None


def test_extensions_written_by_aiortc_are_read():
    names = HeaderExtensionsMap()
    uri = "urn:ietf:params:rtp-hdrext:sdes:rtp-stream-id"
    names.configure(RTCRtpParameters([], [RTCRtpHeaderExtensionParameters(id=3, uri=uri)]))
    packet = RtpPacket(payload_type=96, payload=b"picture")
    packet.extensions.rtp_stream_id = "m"
    data = packet.serialize(names)

    assert extension(data, len(data), 3) == b"m"
    assert data[payload_offset(data, len(data)) :] == b"picture"


@pytest.mark.parametrize(
    "packet",
    [
        HEADER,
        HEADER + b"\xbe\xde",
        HEADER + b"\xbe\xde\0\1\x30h",  # longer than the packet
        with_extension("3f 68"),  # an element longer than the extension
        with_extension("f0 00 30 68"),  # 15 ends it
        with_extension("30 68", profile="1000"),
        bytes([0x80]) + HEADER[1:] + b"\xbe\xde\0\1\x30h\0\0",
    ],
)
def test_a_malformed_or_foreign_extension_yields_nothing(packet: bytes):
    assert extension(packet, len(packet), 3) is None


def test_padding_is_not_payload():
    packet = bytes([0xA0]) + HEADER[1:] + b"picture" + bytes([0, 0, 3])

    assert packet[12 : payload_end(packet, len(packet))] == b"picture"


@pytest.mark.parametrize("count", [0, 1, 200, 255])
def test_a_packet_of_padding_only_has_no_payload(count: int):
    packet = bytes([0xA0]) + HEADER[1:] + bytes([count])

    assert payload_end(packet, len(packet)) == 12


@given(first=st.integers(0x80, 0xBF), rest=st.binary(min_size=11, max_size=80))
def test_no_result_ever_lies_outside_the_packet(first: int, rest: bytes):
    packet = bytes([first]) + rest
    size = len(packet)

    assert 12 <= payload_offset(packet, size) <= payload_end(packet, size) <= size
    for number in range(1, 15):
        found = extension(packet, size, number)
        assert found is None or found in packet

"""Finding where a VP8 key frame begins without decoding anything."""

from __future__ import annotations

import struct

import pytest
from aiortc.codecs.vpx import VpxPayloadDescriptor
from hypothesis import given
from hypothesis import strategies as st

from kiosk.media.plane.keyframes import payload_offset, starts_vp8_key_frame

KEY, DELTA = b"\x00rest", b"\x01rest"
HEADER = struct.pack("!BBHLL", 0x80, 96, 1, 2, 3)


def starts(packet: bytes) -> bool:
    return starts_vp8_key_frame(packet, len(packet))


@pytest.mark.parametrize("picture_id", [None, 5, 127, 128, 32767])
@pytest.mark.parametrize("tl0picidx", [None, 9])
@pytest.mark.parametrize("tid", [None, (1, 1)])
@pytest.mark.parametrize("keyidx", [None, 3])
def test_every_shape_of_descriptor_is_understood(
    picture_id: int | None, tl0picidx: int | None, tid: tuple[int, int] | None, keyidx: int | None
):
    descriptor = bytes(
        VpxPayloadDescriptor(
            partition_start=1,
            partition_id=0,
            picture_id=picture_id,
            tl0picidx=tl0picidx,
            tid=tid,
            keyidx=keyidx,
        )
    )

    assert starts(HEADER + descriptor + KEY)
    assert not starts(HEADER + descriptor + DELTA)


def test_only_the_first_packet_of_a_frame_starts_it():
    later = bytes(VpxPayloadDescriptor(partition_start=0, partition_id=0))
    second_partition = bytes(VpxPayloadDescriptor(partition_start=1, partition_id=1))

    assert not starts(HEADER + later + KEY)
    assert not starts(HEADER + second_partition + KEY)


def test_contributors_and_extensions_are_passed_over():
    head = bytes([0x92]) + HEADER[1:] + bytes(8) + bytes.fromhex("bede0002") + bytes(8)

    assert payload_offset(head + KEY, len(head) + 5) == len(head)
    assert starts(head + b"\x10" + KEY)


@given(st.binary(max_size=64))
def test_rubbish_is_no_key_frame_and_no_fault(data: bytes):
    starts(data)


@given(first=st.integers(0x80, 0xBF), rest=st.binary(max_size=40), size=st.integers(0, 60))
def test_nothing_beyond_the_packet_is_believed(first: int, rest: bytes, size: int):
    packet = bytearray(2048)
    packet[0] = first
    packet[1 : 1 + len(rest)] = rest

    assert payload_offset(packet, size) <= size
    if size < 14:
        assert not starts_vp8_key_frame(packet, size)

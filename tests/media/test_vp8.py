"""Finds VP8 key frames and running numbers without decoding."""

from __future__ import annotations

import struct

import pytest
from aiortc.codecs.vpx import VpxPayloadDescriptor
from hypothesis import given
from hypothesis import strategies as st

from kiosk.media.plane.wire.rtp import payload_offset
from kiosk.media.plane.wire.vp8 import NO_NUMBERS, numbers_in, picture_id, starts_key_frame

KEY, DELTA = b"\x00rest", b"\x01rest"
HEADER = struct.pack("!BBHLL", 0x80, 96, 1, 2, 3)


def starts(packet: bytes) -> bool:
    return starts_key_frame(packet, len(packet))


@pytest.mark.parametrize("picture_id_sent", [None, 5, 127, 128, 32767])
@pytest.mark.parametrize("tl0picidx", [None, 9])
@pytest.mark.parametrize("tid", [None, (1, 1)])
@pytest.mark.parametrize("keyidx", [None, 3])
def test_every_form_of_descriptor_is_read(
    picture_id_sent: int | None,
    tl0picidx: int | None,
    tid: tuple[int, int] | None,
    keyidx: int | None,
):
    descriptor = bytes(
        VpxPayloadDescriptor(
            partition_start=1,
            partition_id=0,
            picture_id=picture_id_sent,
            tl0picidx=tl0picidx,
            tid=tid,
            keyidx=keyidx,
        )
    )

    packet = HEADER + descriptor + KEY
    numbers = numbers_in(packet, len(packet))

    assert starts(packet)
    assert not starts(HEADER + descriptor + DELTA)
    assert bool(numbers.picture_id) == (picture_id_sent is not None)
    if picture_id_sent is not None:
        assert picture_id(packet, numbers) == picture_id_sent
    assert bool(numbers.tl0picidx) == (tl0picidx is not None)
    if tl0picidx is not None:
        assert packet[numbers.tl0picidx] == tl0picidx


def test_only_the_first_packet_of_a_frame_starts_it():
    later = bytes(VpxPayloadDescriptor(partition_start=0, partition_id=0))
    second_partition = bytes(VpxPayloadDescriptor(partition_start=1, partition_id=1))

    assert not starts(HEADER + later + KEY)
    assert not starts(HEADER + second_partition + KEY)


def test_contributing_sources_and_extensions_are_skipped():
    head = bytes([0x92]) + HEADER[1:] + bytes(8) + bytes.fromhex("bede0002") + bytes(8)

    assert payload_offset(head + KEY, len(head) + 5) == len(head)
    assert starts(head + b"\x10" + KEY)


@given(st.binary(max_size=64))
def test_rubbish_is_not_a_key_frame_and_raises_nothing(data: bytes):
    starts(data)


def test_a_truncated_descriptor_has_no_numbers():
    whole = HEADER + bytes.fromhex("90e0 8001 07 20") + KEY

    assert numbers_in(whole, len(whole)).picture_id == 14
    for size in (12, 13, 14, 15, 16):
        assert numbers_in(whole, size) == NO_NUMBERS


@given(first=st.integers(0x80, 0xBF), rest=st.binary(min_size=11, max_size=60))
def test_numbers_are_only_ever_found_inside_the_payload(first: int, rest: bytes):
    packet = bytes([first]) + rest

    where = numbers_in(packet, len(packet))

    begin = payload_offset(packet, len(packet))
    for at in (where.picture_id, where.tl0picidx):
        assert at == 0 or begin < at < len(packet)
    if where.long:
        assert where.picture_id + 1 < len(packet)


@given(first=st.integers(0x80, 0xBF), rest=st.binary(max_size=40), size=st.integers(0, 60))
def test_no_byte_beyond_the_packet_is_read(first: int, rest: bytes, size: int):
    packet = bytearray(2048)
    packet[0] = first
    packet[1 : 1 + len(rest)] = rest

    assert payload_offset(packet, size) <= size
    if size < 14:
        assert not starts_key_frame(packet, size)

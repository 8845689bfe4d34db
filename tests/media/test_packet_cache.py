"""The cache that answers NACKs and gives new subscribers their first packets."""

from __future__ import annotations

import struct

from hypothesis import given
from hypothesis import strategies as st

from kiosk.media.plane.streams.packet_cache import CAPACITY, FLUSH_LIMIT, ROOM, PacketCache

LARGE = 1400


def packet(sequence: int, size: int = 12) -> bytes:
    head = struct.pack("!BBHLL", 0x80, 96, sequence & 0xFFFF, 0, 0)
    return head + bytes([sequence & 0xFF]) * (size - len(head))


def filled(first: int, count: int, *, key_frame_at: int | None = None) -> PacketCache:
    cache = PacketCache()
    for sequence in range(first, first + count):
        cache.put(sequence & 0xFFFF, packet(sequence), key_frame=sequence == key_frame_at)
    return cache


def test_a_packet_is_found_by_its_number():
    cache = filled(100, 10)

    assert cache.get(105) == packet(105)
    assert cache.get(110) is None


def test_an_old_packet_is_never_returned_for_a_new_number():
    cache = filled(0, CAPACITY + 1)

    assert cache.get(0) is None
    assert cache.get(CAPACITY) == packet(CAPACITY)


def test_large_packets_overwrite_the_oldest():
    cache = PacketCache()
    for sequence in range(CAPACITY):
        cache.put(sequence, packet(sequence, LARGE), key_frame=False)

    kept = [sequence for sequence in range(CAPACITY) if cache.get(sequence) is not None]

    assert kept == list(range(CAPACITY - len(kept), CAPACITY))
    assert ROOM // LARGE - 2 <= len(kept) <= ROOM // LARGE
    assert all(cache.get(sequence) == packet(sequence, LARGE) for sequence in kept)


@given(sizes=st.lists(st.integers(12, 2047), min_size=400, max_size=900))
def test_a_packet_is_returned_exactly_as_it_was_put(sizes: list[int]):
    cache = PacketCache()
    for sequence, size in enumerate(sizes):
        cache.put(sequence, packet(sequence, size), key_frame=False)

    for sequence, size in enumerate(sizes):
        assert cache.get(sequence) in (None, packet(sequence, size))
    assert cache.get(len(sizes) - 1) is not None


def test_an_empty_cache_returns_nothing():
    assert PacketCache().get(0) is None


@given(first=st.integers(0, 0xFFFF), before=st.integers(0, 20), after=st.integers(0, 50))
def test_a_new_subscriber_gets_every_packet_since_the_key_frame(
    first: int, before: int, after: int
):
    cache = filled(first, before + 1 + after, key_frame_at=first + before)

    kept = cache.since_key_frame()

    assert kept == [packet(first + before + step) for step in range(after + 1)]


def test_a_cache_without_a_key_frame_has_no_first_packets():
    assert filled(0, 50).since_key_frame() == []


def test_an_old_key_frame_gives_no_first_packets():
    assert filled(0, FLUSH_LIMIT, key_frame_at=0).since_key_frame()
    assert filled(0, FLUSH_LIMIT + 1, key_frame_at=0).since_key_frame() == []


def test_a_missing_packet_after_the_key_frame_gives_no_first_packets():
    cache = filled(0, 5, key_frame_at=0)
    cache.put(6, packet(6), key_frame=False)

    assert cache.since_key_frame() == []

    cache.put(5, packet(5), key_frame=False)

    assert len(cache.since_key_frame()) == 7


def test_a_repeated_older_packet_does_not_change_the_last_key_frame():
    cache = filled(10, 5, key_frame_at=12)

    cache.put(10, packet(10), key_frame=True)

    assert cache.since_key_frame()[0] == packet(12)

"""Rewrites several layers into one unbroken stream for one receiver.

Sequence numbers, timestamps, picture ids and TL0PICIDX of each layer begin anywhere. Where one
layer takes over from another, all later numbers are shifted so that none of them jumps. The shifts
of the last few segments are found, so that a packet the receiver asks for again is found under the
number its publisher gave it.
"""

from __future__ import annotations

from kiosk.media.plane.streams.packet_cache import PacketCache
from kiosk.media.plane.wire.rtp import PADDED, payload_end, payload_offset
from kiosk.media.plane.wire.vp8 import NO_NUMBERS, Numbers, numbers_in, picture_id

REMEMBERED = 4
"""Segments a repeat may be asked from; older ones have long left the cache."""

HALF = 0x8000


class Segment:
    """A run of packets of one layer, and what their numbers are shifted by.

    Sequence numbers are extended: they count on beyond 16 bits, from the first packet's.
    """

    __slots__ = (
        "cache",
        "first",
        "highest",
        "picture_id",
        "picture_shift",
        "sequence_shift",
        "source_timestamp",
        "timestamp_shift",
        "tl0picidx",
        "tl0_shift",
    )

    def __init__(self, cache: PacketCache, first: int) -> None:
        self.cache = cache
        self.first = self.highest = first
        self.sequence_shift = self.timestamp_shift = self.picture_shift = self.tl0_shift = 0
        self.source_timestamp = 0
        """Of the newest packet, as its publisher numbered it."""
        self.picture_id = self.tl0picidx = 0
        """Of the newest packet, as sent to the receiver."""

    @property
    def last(self) -> int:
        """The newest number that was sent to the receiver, extended."""
        return self.highest + self.sequence_shift

    def extended(self, sequence: int) -> int:
        """Return a 16-bit number of the publisher, extended to the one nearest to the newest."""
        step = (sequence - self.highest) & 0xFFFF
        return self.highest + (step if step < HALF else step - 0x10000)

    def shift(self, packet: bytearray, size: int) -> tuple[int, Numbers]:
        """Renumber ``packet[:size]`` in place; return its size and the places of its numbers."""
        sequence = (packet[2] << 8 | packet[3]) + self.sequence_shift
        packet[2], packet[3] = sequence >> 8 & 0xFF, sequence & 0xFF
        timestamp = int.from_bytes(packet[4:8]) + self.timestamp_shift
        packet[4:8] = (timestamp & 0xFFFFFFFF).to_bytes(4)
        if packet[0] & PADDED and payload_end(packet, size) == payload_offset(packet, size):
            # A publisher pads to probe its own line; a receiver's line need not carry the padding.
            packet[0] &= ~PADDED & 0xFF
            return payload_offset(packet, size), NO_NUMBERS
        where = numbers_in(packet, size)
        self._shift_picture(packet, where)
        return size, where

    def _shift_picture(self, packet: bytearray, where: Numbers) -> None:
        at = where.picture_id
        if at:
            picture = picture_id(packet, where) + self.picture_shift
            if where.long:
                packet[at], packet[at + 1] = 0x80 | (picture >> 8 & 0x7F), picture & 0xFF
            else:
                packet[at] = picture & 0x7F
        if where.tl0picidx:
            packet[where.tl0picidx] = (packet[where.tl0picidx] + self.tl0_shift) & 0xFF

    def note(self, packet: bytes | bytearray, where: Numbers, source_timestamp: int) -> None:
        """Remember the numbers of the newest packet, already shifted."""
        self.source_timestamp = source_timestamp
        if where.picture_id:
            self.picture_id = picture_id(packet, where)
        if where.tl0picidx:
            self.tl0picidx = packet[where.tl0picidx]


class Rewriter:
    """Rewrites one publisher's picture for one receiver."""

    __slots__ = ("_segments",)

    def __init__(self) -> None:
        self._segments: list[Segment] = []

    @property
    def now(self) -> Segment:
        """The present segment; there must be one."""
        return self._segments[-1]

    def continue_from(self, packet: bytes, cache: PacketCache) -> None:
        """Begin with a receiver that was sent everything up to ``packet`` unshifted."""
        segment = Segment(cache, packet[2] << 8 | packet[3])
        segment.first -= HALF
        segment.note(packet, numbers_in(packet, len(packet)), int.from_bytes(packet[4:8]))
        self._segments = [segment]

    def begin(self, packet: bytes | bytearray, size: int, cache: PacketCache, gap: int) -> None:
        """Begin another segment with this packet, ``gap`` timestamp units after the last."""
        segment = Segment(cache, packet[2] << 8 | packet[3])
        if self._segments:
            before = self.now
            segment.sequence_shift = before.last + 1 - segment.first
            reached = before.source_timestamp + before.timestamp_shift
            segment.timestamp_shift = (reached + gap - int.from_bytes(packet[4:8])) & 0xFFFFFFFF
            where = numbers_in(packet, size)
            if where.picture_id:
                segment.picture_shift = (before.picture_id + 1 - picture_id(packet, where)) & 0x7FFF
            if where.tl0picidx:
                segment.tl0_shift = (before.tl0picidx + 1 - packet[where.tl0picidx]) & 0xFF
        self._segments = [*self._segments[1 - REMEMBERED :], segment]

    def write(self, packet: bytearray, size: int, out: bytearray) -> int:
        """Write ``packet[:size]`` into ``out``, rewritten for the receiver; return its size.

        0 for a packet from before the segment: its picture was never begun.
        """
        segment = self._segments[-1]
        extended = segment.extended(packet[2] << 8 | packet[3])
        if extended < segment.first:
            return 0
        out[:size] = packet[:size]
        written, where = segment.shift(out, size)
        if extended >= segment.highest:
            segment.highest = extended
            segment.note(out, where, int.from_bytes(packet[4:8]))
        return written

    def cached(self, sequence: int) -> bytes | None:
        """Return the packet that the receiver knows under that 16-bit number, if it is cached."""
        if not self._segments:
            return None
        last = self.now.last
        wanted = last - ((last - sequence) & 0xFFFF)
        for segment in reversed(self._segments):
            source = wanted - segment.sequence_shift
            if source >= segment.first:
                found = segment.cache.get(source & 0xFFFF) if source <= segment.highest else None
                if found is None:
                    return None
                copy = bytearray(found)
                return bytes(copy[: segment.shift(copy, len(copy))[0]])
        return None

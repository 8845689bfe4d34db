"""A receiver's own numbers: one unbroken stream to it, cut together from several layers.

Sequence numbers, timestamps, picture ids and TL0PICIDX of each layer begin anywhere; where one
layer takes over from another, everything after is shifted so that nothing jumps. The shifts of the
last few stretches are kept, so that what a receiver asks for again can be found under the number
the publisher gave it.
"""

from __future__ import annotations

from kiosk.media.plane.streams.packet_cache import PacketCache
from kiosk.media.plane.wire.rtp import PADDED, payload_end, payload_offset
from kiosk.media.plane.wire.vp8 import NO_NUMBERS, Numbers, numbers_in, picture_id

REMEMBERED = 4
"""Stretches a repeat may be asked from; older ones have long left the cache."""

HALF = 0x8000


class Stretch:
    """Packets of one layer in a row, and what their numbers are shifted by.

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
        """Of the newest packet, as the publisher gave it."""
        self.picture_id = self.tl0picidx = 0
        """Of the newest packet, as the receiver got them."""

    @property
    def last(self) -> int:
        """The newest number the receiver got, extended."""
        return self.highest + self.sequence_shift

    def extended(self, sequence: int) -> int:
        """Return a 16-bit number of the publisher, extended to the one nearest to the newest."""
        step = (sequence - self.highest) & 0xFFFF
        return self.highest + (step if step < HALF else step - 0x10000)

    def shift(self, packet: bytearray, size: int) -> tuple[int, Numbers]:
        """Renumber ``packet[:size]`` in place; return its size, and where its numbers stand."""
        sequence = (packet[2] << 8 | packet[3]) + self.sequence_shift
        packet[2], packet[3] = sequence >> 8 & 0xFF, sequence & 0xFF
        timestamp = int.from_bytes(packet[4:8]) + self.timestamp_shift
        packet[4:8] = (timestamp & 0xFFFFFFFF).to_bytes(4)
        if packet[0] & PADDED and payload_end(packet, size) == payload_offset(packet, size):
            # A publisher pads to find out what its own line takes; a receiver's need not carry it.
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


class Numbering:
    """One receiver's numbers of one publisher's picture."""

    __slots__ = ("_stretches",)

    def __init__(self) -> None:
        self._stretches: list[Stretch] = []

    @property
    def now(self) -> Stretch:
        """The stretch under way; there must be one."""
        return self._stretches[-1]

    def carry_on(self, packet: bytes, cache: PacketCache) -> None:
        """Begin with a receiver that has got everything up to ``packet`` unshifted so far."""
        stretch = Stretch(cache, packet[2] << 8 | packet[3])
        stretch.first -= HALF
        stretch.note(packet, numbers_in(packet, len(packet)), int.from_bytes(packet[4:8]))
        self._stretches = [stretch]

    def begin(self, packet: bytes | bytearray, size: int, cache: PacketCache, gap: int) -> None:
        """Let another stretch begin with this packet, ``gap`` timestamp units after the last."""
        stretch = Stretch(cache, packet[2] << 8 | packet[3])
        if self._stretches:
            before = self.now
            stretch.sequence_shift = before.last + 1 - stretch.first
            reached = before.source_timestamp + before.timestamp_shift
            stretch.timestamp_shift = (reached + gap - int.from_bytes(packet[4:8])) & 0xFFFFFFFF
            where = numbers_in(packet, size)
            if where.picture_id:
                stretch.picture_shift = (before.picture_id + 1 - picture_id(packet, where)) & 0x7FFF
            if where.tl0picidx:
                stretch.tl0_shift = (before.tl0picidx + 1 - packet[where.tl0picidx]) & 0xFF
        self._stretches = [*self._stretches[1 - REMEMBERED :], stretch]

    def write(self, packet: bytearray, size: int, out: bytearray) -> int:
        """Write ``packet[:size]`` into ``out`` as the receiver is to get it; return its size.

        0 for one from before the stretch: it belongs to a picture that was never begun.
        """
        stretch = self._stretches[-1]
        extended = stretch.extended(packet[2] << 8 | packet[3])
        if extended < stretch.first:
            return 0
        out[:size] = packet[:size]
        written, where = stretch.shift(out, size)
        if extended >= stretch.highest:
            stretch.highest = extended
            stretch.note(out, where, int.from_bytes(packet[4:8]))
        return written

    def recall(self, sequence: int) -> bytes | None:
        """Return the packet the receiver knows under that 16-bit number, if it is still kept."""
        if not self._stretches:
            return None
        last = self.now.last
        wanted = last - ((last - sequence) & 0xFFFF)
        for stretch in reversed(self._stretches):
            source = wanted - stretch.sequence_shift
            if source >= stretch.first:
                kept = stretch.cache.get(source & 0xFFFF) if source <= stretch.highest else None
                if kept is None:
                    return None
                copy = bytearray(kept)
                return bytes(copy[: stretch.shift(copy, len(copy))[0]])
        return None

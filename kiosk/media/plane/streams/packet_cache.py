"""The last packets of one publication, decrypted, for NACKs and for new subscribers.

A ring indexed by the low bits of the sequence number. A packet is returned only when its own
sequence number is the one asked for, so that an old entry is never taken for a new one.

The bytes are stored in a memory mapping of the cache's own, one packet after another. As separate
objects, the packets of many people would fragment the heap, and the process would grow with every
join and leave (decision 0120).
"""

from __future__ import annotations

import mmap
from array import array

CAPACITY = 512
"""Packets; a power of two."""

ROOM = 384 * 1024
"""Bytes: three seconds of a 1 Mbit/s picture. Memory pages are allocated as they are filled."""

FLUSH_LIMIT = 160
"""Packets a new subscriber may be sent in one burst; beyond, a new key frame is faster."""

_SIZE_BITS = 12


class PacketCache:
    """The last :data:`CAPACITY` packets, and the sequence number of the last key frame.

    Fewer are kept when they are large; none is longer than 4095 bytes.
    """

    __slots__ = ("_end", "_key_frame", "_newest", "_places", "_room")

    def __init__(self) -> None:
        self._room: mmap.mmap | None = None
        self._end = 0
        """Where the next packet is written, in bytes since the first ever kept."""

        self._places = array("q")
        """The start of each packet, shifted left by :data:`_SIZE_BITS`, and its size; -1: none."""

        self._newest: int | None = None
        self._key_frame: int | None = None

    def put(self, sequence: int, packet: bytes | memoryview, *, key_frame: bool) -> None:
        """Keep a copy of ``packet``, whose 16-bit number is ``sequence``."""
        room = self._room
        if room is None:
            room = self._room = mmap.mmap(-1, ROOM, mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
            self._places = array("q", [-1]) * CAPACITY
        size, end = len(packet), self._end
        at = end % ROOM
        if at + size > ROOM:  # a packet is never split
            end, at = end + ROOM - at, 0
        room[at : at + size] = packet
        self._places[sequence & (CAPACITY - 1)] = end << _SIZE_BITS | size
        self._end = end + size
        if self._newest is None or 0 < (sequence - self._newest) & 0xFFFF < 0x8000:
            self._newest = sequence
            if key_frame:
                self._key_frame = sequence
            elif not sequence & 0xFF and self._key_frame is not None and self._span() > CAPACITY:
                self._key_frame = None  # checked now and then, long before numbers repeat

    def get(self, sequence: int) -> bytes | None:
        """Return the packet with that number, if it is still cached."""
        if self._room is None:
            return None
        place = self._places[sequence & (CAPACITY - 1)]
        began = place >> _SIZE_BITS
        if place < 0 or began < self._end - ROOM:
            return None
        at = began % ROOM
        packet = self._room[at : at + (place & (1 << _SIZE_BITS) - 1)]
        return packet if packet[2] << 8 | packet[3] == sequence else None

    @property
    def newest(self) -> bytes | None:
        """The packet with the highest number so far."""
        return None if self._newest is None else self.get(self._newest)

    def since_key_frame(self) -> list[bytes]:
        """Return the packets from the last key frame on, oldest first.

        Empty when there is none, when it is too old, or when a packet since then is missing: then
        a new key frame must be requested.
        """
        if self._key_frame is None or self._span() > FLUSH_LIMIT:
            return []
        found = [self.get((self._key_frame + step) & 0xFFFF) for step in range(self._span())]
        return [] if None in found else [packet for packet in found if packet is not None]

    def _span(self) -> int:
        assert self._key_frame is not None
        assert self._newest is not None
        return ((self._newest - self._key_frame) & 0xFFFF) + 1

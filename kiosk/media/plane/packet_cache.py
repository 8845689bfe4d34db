"""The last packets of one publication, decrypted: answers NACKs and starts newcomers off.

A ring indexed by the low bits of the sequence number; a packet is only given out when its own
sequence number is the one asked for, so stale entries never pass for new ones.
"""

from __future__ import annotations

CAPACITY = 512
"""A power of two. About four seconds of a 1 Mbit/s picture."""

FLUSH_LIMIT = 160
"""Packets a newcomer may be sent in one burst; beyond, a fresh key frame is quicker."""


class PacketCache:
    """Ring of the last :data:`CAPACITY` packets, and where the last key frame began."""

    __slots__ = ("_key_frame", "_newest", "_ring")

    def __init__(self) -> None:
        self._ring: list[bytes | None] = [None] * CAPACITY
        self._newest: int | None = None
        self._key_frame: int | None = None

    def put(self, sequence: int, packet: bytes, *, key_frame: bool) -> None:
        """Keep ``packet``, whose 16-bit number is ``sequence``."""
        self._ring[sequence & (CAPACITY - 1)] = packet
        if self._newest is None or 0 < (sequence - self._newest) & 0xFFFF < 0x8000:
            self._newest = sequence
            if key_frame:
                self._key_frame = sequence
            elif self._key_frame is not None and self._span() > CAPACITY:
                self._key_frame = None

    def get(self, sequence: int) -> bytes | None:
        """Return the packet with that number, if it is still here."""
        packet = self._ring[sequence & (CAPACITY - 1)]
        if packet is None or (packet[2] << 8 | packet[3]) != sequence:
            return None
        return packet

    @property
    def newest(self) -> bytes | None:
        """The packet with the highest number so far."""
        return None if self._newest is None else self.get(self._newest)

    def since_key_frame(self) -> list[bytes]:
        """Return the packets from the last key frame on, oldest first.

        Empty when there is none, when it is too long ago, or when its beginning has a hole: then
        only a new key frame helps.
        """
        if self._key_frame is None or self._span() > FLUSH_LIMIT:
            return []
        found = [self.get((self._key_frame + step) & 0xFFFF) for step in range(self._span())]
        return [] if None in found else [packet for packet in found if packet is not None]

    def _span(self) -> int:
        assert self._key_frame is not None
        assert self._newest is not None
        return ((self._newest - self._key_frame) & 0xFFFF) + 1

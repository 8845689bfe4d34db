"""VP8 packets with picture ids and sequence numbers as a browser's encoder writes them."""

from __future__ import annotations

import struct
from dataclasses import dataclass

KEY, DELTA = 0x00, 0x01


@dataclass
class Film:
    """One layer being filmed; every number runs on by itself and may begin anywhere."""

    sequence: int = 0
    timestamp: int = 0
    picture: int = 0
    base: int = 0
    """TL0PICIDX."""
    ssrc: int = 0xB0000001
    content: bytes = b"film"
    rid: str = ""
    """Sent in the header extension 3 of every packet, when there is one."""

    def frame(self, *, key: bool = False, packets: int = 1) -> list[bytes]:
        """Film one picture."""
        made = [self._packet(number, key) for number in range(packets)]
        self.timestamp = (self.timestamp + 3000) & 0xFFFFFFFF
        self.picture = (self.picture + 1) & 0x7FFF
        self.base = (self.base + 1) & 0xFF
        return made

    def padding(self, size: int = 100) -> bytes:
        """Send a packet with nothing in it, to find out what the line takes."""
        return self._header(padded=True) + bytes(size - 1) + bytes([size])

    def _packet(self, number: int, key: bool) -> bytes:
        start = 0x90 if number == 0 else 0x80
        head = struct.pack("!BBHB", start, 0xC0, 0x8000 | self.picture, self.base)
        body = bytes([KEY if key else DELTA]) if number == 0 else b""
        return self._header() + head + body + self.content

    def _header(self, *, padded: bool = False) -> bytes:
        extension = b""
        if self.rid:
            extension = b"\xbe\xde\0\1\x30" + self.rid.encode() + b"\0\0"
        first = 0x80 | (0x20 if padded else 0) | (0x10 if extension else 0)
        head = struct.pack("!BBHLL", first, 96, self.sequence, self.timestamp, self.ssrc)
        self.sequence = (self.sequence + 1) & 0xFFFF
        return head + extension


def sequence(packet: bytes) -> int:
    """Read a packet's sequence number."""
    return packet[2] << 8 | packet[3]


def timestamp(packet: bytes) -> int:
    """Read a packet's timestamp."""
    return int.from_bytes(packet[4:8])


def picture(packet: bytes) -> int:
    """Read the picture id of a filmed packet without extensions or padding."""
    return int.from_bytes(packet[14:16]) & 0x7FFF


def base(packet: bytes) -> int:
    """Read the TL0PICIDX of a filmed packet without extensions or padding."""
    return packet[16]

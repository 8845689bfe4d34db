"""Reads the VP8 payload descriptor: key frames, picture id and TL0PICIDX; no picture is decoded.

RFC 7741 §4.2 and §4.3 (payload header, whose P bit is 0 for a key frame):

          0 1 2 3 4 5 6 7
         |X|R|N|S|R| PID |
    X:   |I|L|T|K|  RSV  |
    I:   |M| picture id  |     M: 15 bits instead of 7, in one byte more
    L:   |   TL0PICIDX   |
    T/K: |TID|Y| KEYIDX  |
"""

from __future__ import annotations

from typing import NamedTuple

from kiosk.media.plane.wire.rtp import payload_end, payload_offset


def starts_key_frame(packet: bytes | bytearray, size: int) -> bool:
    """Return whether the decrypted RTP ``packet[:size]`` begins a VP8 key frame; never raises."""
    start = payload_offset(packet, size)
    if start + 1 > size:
        return False
    # Only the first packet (S) of the first partition (PID 0) carries the payload header.
    if packet[start] & 0x17 != 0x10:
        return False
    header = _header_offset(packet, start, size)
    return header < size and not packet[header] & 1


def _header_offset(packet: bytes | bytearray, start: int, size: int) -> int:
    position = start + 1
    if not packet[start] & 0x80:
        return position
    if position + 2 > size:
        return size
    extension = packet[position]
    position += 1
    if extension & 0x80:
        position += 2 if packet[position] & 0x80 else 1
    if extension & 0x40:
        position += 1
    if extension & 0x30:
        position += 1
    return position


class Numbers(NamedTuple):
    """The positions of a packet's running numbers; 0 for one that is absent."""

    picture_id: int
    long: bool
    """The picture id has 15 bits, in two bytes."""
    tl0picidx: int


NO_NUMBERS = Numbers(0, False, 0)


def numbers_in(packet: bytes | bytearray, size: int) -> Numbers:
    """Find the picture id and TL0PICIDX of the decrypted RTP ``packet[:size]``.

    A truncated descriptor has none.
    """
    start, end = payload_offset(packet, size), payload_end(packet, size)
    if start + 3 > end or not packet[start] & 0x80:
        return NO_NUMBERS
    extension, position = packet[start + 1], start + 2
    picture_id = tl0picidx = 0
    long = False
    if extension & 0x80:
        picture_id, long = position, bool(packet[position] & 0x80)
        position += 2 if long else 1
    if extension & 0x40:
        tl0picidx = position
        position += 1
    return Numbers(picture_id, long, tl0picidx) if position <= end else NO_NUMBERS


def picture_id(packet: bytes | bytearray, where: Numbers) -> int:
    """Return the picture id at that position; there must be one."""
    at = where.picture_id
    return (packet[at] & 0x7F) << 8 | packet[at + 1] if where.long else packet[at] & 0x7F

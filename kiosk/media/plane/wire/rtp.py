"""The outer parts of an RTP packet: header extensions, and where the payload begins and ends.

RFC 3550 §5.1. Every function takes a decrypted ``packet[:size]`` of 12 bytes or more, however
malformed: nothing found is the answer, never an exception.
"""

from __future__ import annotations

ONE_BYTE_HEADERS = 0xBEDE
"""The only extension profile we offer (RFC 8285 §4.2)."""

PADDED, EXTENDED = 0x20, 0x10


def payload_offset(packet: bytes | bytearray, size: int) -> int:
    """Return where the payload starts, or ``size`` when there is none."""
    if size < 12:
        return size
    offset = 12 + 4 * (packet[0] & 15)
    if packet[0] & EXTENDED:
        if offset + 4 > size:
            return size
        offset += 4 + 4 * (packet[offset + 2] << 8 | packet[offset + 3])
    return offset if offset < size else size  # called for each picture packet: min() is slower


def payload_end(packet: bytes | bytearray, size: int) -> int:
    """Return where the payload ends and padding starts; impossible padding is the whole payload."""
    if not packet[0] & PADDED:
        return size
    start = payload_offset(packet, size)
    return max(start, size - (packet[size - 1] or size))


def extension(packet: bytes | bytearray, size: int, number: int) -> bytes | None:
    """Return the header extension element ``number`` (1 to 14), if the packet has it."""
    at = extension_at(packet, size, number)
    return bytes(packet[at : at + 1 + (packet[at - 1] & 15)]) if at else None


def extension_at(packet: bytes | bytearray, size: int, number: int) -> int:
    """Return the position of an extension element's value, or 0 when the packet has none."""
    if size < 16 or not packet[0] & EXTENDED:
        return 0
    position = 16 + 4 * (packet[0] & 15)
    if position > size or packet[position - 4] << 8 | packet[position - 3] != ONE_BYTE_HEADERS:
        return 0
    end = position + 4 * (packet[position - 2] << 8 | packet[position - 1])
    if end > size:
        return 0
    while position < end:
        head = packet[position]
        if not head:  # padding between elements
            position += 1
            continue
        if head >> 4 == 15:  # reserved: stop here (RFC 8285 §4.2)
            return 0
        after = position + 2 + (head & 15)
        if head >> 4 == number:
            return position + 1 if after <= end else 0
        position = after
    return 0

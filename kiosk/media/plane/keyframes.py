"""Where a VP8 key frame begins, read from the first bytes of a packet; nothing is decoded.

RFC 7741 §4.2 (payload descriptor) and §4.3 (payload header, whose P bit is 0 for a key frame).
"""

from __future__ import annotations


def starts_vp8_key_frame(packet: bytes | bytearray, size: int) -> bool:
    """Tell whether the decrypted RTP ``packet[:size]`` opens a VP8 key frame; False on rubbish."""
    start = payload_offset(packet, size)
    if start + 1 > size:
        return False
    descriptor = packet[start]
    # Only the first packet (S) of the first partition (PID 0) carries the payload header.
    if not descriptor & 0x10 or descriptor & 0x07:
        return False
    header = _vp8_header_offset(packet, start, size)
    return header < size and not packet[header] & 1


def payload_offset(packet: bytes | bytearray, size: int) -> int:
    """Return where the RTP payload starts (RFC 3550 §5.1), or ``size`` when there is none."""
    if size < 12:
        return size
    offset = 12 + 4 * (packet[0] & 15)
    if packet[0] & 0x10:
        if offset + 4 > size:
            return size
        offset += 4 + 4 * (packet[offset + 2] << 8 | packet[offset + 3])
    return min(offset, size)


def _vp8_header_offset(packet: bytes | bytearray, start: int, size: int) -> int:
    # |X|R|N|S|R| PID | then, if X: |I|L|T|K| RSV |, then picture id, TL0PICIDX, TID/KEY
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

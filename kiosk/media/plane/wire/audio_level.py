"""Reads the audio level that browsers write into sound packets. RFC 6464, RFC 8285 §4.2.

    0                   1                   2                   3
    |       0xBE    |    0xDE       |      length in words          |
    |  ID   | len=0 |V|   level     |      other elements, padding  |

The level is in the header, in -dBov from 0 (loudest) to 127 (silence); no sound is decoded.
"""

from __future__ import annotations

from kiosk.media.plane.wire.sdp import AUDIO_LEVEL_ID

SILENCE = 127


def level_of(packet: bytes | bytearray, size: int) -> int:
    """Return the level of the decrypted RTP packet in the first ``size`` bytes.

    :data:`SILENCE` when it has none, as from a browser that did not accept the extension.
    """
    if not packet[0] & 0x10:
        return SILENCE
    position = 12 + 4 * (packet[0] & 15)
    if size < position + 4 or packet[position] != 0xBE or packet[position + 1] != 0xDE:
        return SILENCE
    end = position + 4 + 4 * (packet[position + 2] << 8 | packet[position + 3])
    position += 4
    if end > size:
        return SILENCE
    while position + 1 < end:
        number = packet[position] >> 4
        if number == AUDIO_LEVEL_ID:
            return packet[position + 1] & 0x7F
        # A zero byte is padding; every other element is one byte longer than its length field.
        position += 2 + (packet[position] & 15) if number else 1
    return SILENCE

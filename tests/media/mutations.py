"""Makes bad datagrams: random, structured, and real ones damaged in every known way.

Everything follows from the random generator given, so a run can be repeated from its seed.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Sequence
from random import Random

from google_crc32c import value as crc32c

from kiosk.media.plane.wire import rtcp

EDGES = (0, 1, 3, 4, 0x7F, 0x80, 0xFF, 0x7FFF, 0x8000, 0xFFFF, 0x7FFFFFFF, 0xFFFFFFFF)
"""Numbers at which parsers stumble."""

LENGTHS = (0, 1, 2, 3, 4, 7, 8, 11, 12, 13, 19, 20, 28, 60, 200, 1199, 1499, 1500, 1501, 4000, 9000)
FIRST_BYTES = (0, 1, 3, 4, 19, 20, 21, 22, 23, 24, 63, 64, 127, 128, 129, 143, 144, 159, 191, 192)
SECOND_BYTES = (96, 111, 192, 200, 201, 202, 203, 204, 205, 206, 207, 223, 224, 239)
STUN_ATTRIBUTES = (1, 6, 8, 9, 0x14, 0x15, 0x20, 0x24, 0x25, 0x8022, 0x8028, 0x8029, 0x802A, 0xC057)
SCTP_CHUNKS = (0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 14, 64, 130, 192, 255)


def any_kind(dice: Random) -> bytes:
    """A datagram of any length that announces any kind."""
    length = dice.choice(LENGTHS)
    if length < 2:
        return dice.randbytes(length)
    return bytes((dice.choice(FIRST_BYTES), dice.choice(SECOND_BYTES))) + dice.randbytes(length - 2)


def stun_like(dice: Random, ufrags: Sequence[str]) -> bytes:
    """A binding request whose header is right and whose attributes are anything."""
    body = b""
    for _ in range(dice.randrange(6)):
        kind = dice.choice(STUN_ATTRIBUTES)
        value = dice.randbytes(dice.choice((0, 1, 4, 8, 20, 33)))
        if kind == 6:
            value = f"{dice.choice(ufrags)}:x".encode() if dice.random() < 0.7 else value
        claimed = len(value) if dice.random() < 0.8 else dice.choice(EDGES) & 0xFFFF
        body += struct.pack("!HH", kind, claimed) + value + bytes(-len(value) % 4)
    method = 1 if dice.random() < 0.9 else dice.getrandbits(14)
    length = len(body) if dice.random() < 0.9 else dice.choice(EDGES) & 0xFFFF
    return struct.pack("!HHL", method, length, 0x2112A442) + dice.randbytes(12) + body


def dtls_like(dice: Random) -> bytes:
    """One to three records with plausible headers: handshake fragments, alerts, other epochs."""
    records = b""
    for _ in range(dice.randrange(1, 4)):
        body = dice.randbytes(dice.choice((0, 1, 2, 12, 25, 80, 300)))
        if dice.random() < 0.5:
            whole, start = dice.choice(EDGES) & 0xFFFFFF, dice.choice((0, 0, 5, 0xFFFFFF))
            head = bytes([dice.choice((0, 1, 2, 11, 12, 14, 16, 20))]) + whole.to_bytes(3)
            body = head + dice.choice((0, 1, 9)).to_bytes(2) + start.to_bytes(3) + body
        claimed = len(body) if dice.random() < 0.8 else dice.choice(EDGES) & 0xFFFF
        kind, version = dice.choice((20, 21, 22, 23, 24)), dice.choice((0xFEFF, 0xFEFD, 0xFEFC, 0))
        epoch = dice.choice((0, 1, 2, 0xFFFF))
        records += struct.pack("!BHHHLH", kind, version, epoch, 0, dice.getrandbits(32), claimed)
        records += body
    return records


def rtcp_like(dice: Random) -> bytes:
    """A compound packet in the clear whose lengths and counts need not be true."""
    packet = b""
    for _ in range(dice.choice((1, 1, 2, 5, 40))):
        body = dice.randbytes(4 * dice.randrange(8))
        if dice.random() < 0.2:
            body = bytes(4) + b"REMB" + body
        words = 1 + len(body) // 4 if dice.random() < 0.8 else dice.choice(EDGES) & 0xFFFF
        head = 0x80 | dice.getrandbits(6)
        packet += struct.pack("!BBHL", head, dice.choice(SECOND_BYTES[3:11]), words, 1) + body
    return packet[:1200]


def rtp_like(dice: Random, ssrc: int, sequence: int) -> bytes:
    """An RTP packet in the clear with extensions, contributors and padding that may be lies."""
    head = 0x80 | dice.getrandbits(6) if dice.random() < 0.5 else 0x80
    kind = dice.choice((96, 111, 224, 239, 97, 0))
    fixed = struct.pack("!BBHLL", head, kind, sequence & 0xFFFF, dice.getrandbits(32), ssrc)
    return fixed + dice.randbytes(dice.choice((0, 1, 3, 8, 40, 200)))


def sctp_like(dice: Random, tag: int, tsn: int) -> bytes:
    """An SCTP packet with a right checksum and tag, so that its chunks are looked at (RFC 9260)."""
    chunks = b""
    for _ in range(dice.choice((1, 1, 1, 2, 4, 30))):
        body = b"".join(_number(dice, tsn) for _ in range(dice.randrange(1, 8)))
        body += dice.randbytes(dice.choice((0, 0, 1, 20, 90)))
        length = 4 + len(body) if dice.random() < 0.9 else dice.choice(EDGES) & 0xFFFF
        chunks += struct.pack("!BBH", dice.choice(SCTP_CHUNKS), dice.getrandbits(3), length)
        chunks += body + bytes(-len(body) % 4)
    return sctp_packet(tag if dice.random() < 0.95 else 0, chunks[:1100])


def sctp_packet(tag: int, chunks: bytes) -> bytes:
    """Write an SCTP packet around ``chunks`` with a right checksum (RFC 9260 §3.1, appendix A)."""
    head = struct.pack("!HHL", 5000, 5000, tag)
    return head + struct.pack("<L", crc32c(head + bytes(4) + chunks)) + chunks


def _number(dice: Random, near: int) -> bytes:
    if dice.random() < 0.4:
        return ((near + dice.randrange(-3, 40)) & 0xFFFFFFFF).to_bytes(4)
    return dice.choice(EDGES).to_bytes(4) if dice.random() < 0.6 else dice.randbytes(4)


def _flipped(dice: Random, data: bytes) -> bytes:
    spoilt = bytearray(data)
    for _ in range(dice.choice((1, 1, 2, 8))):
        spoilt[int(dice.random() * len(spoilt))] ^= 1 << dice.randrange(8)
    return bytes(spoilt)


def _at_an_edge(dice: Random, data: bytes) -> bytes:
    width = dice.choice((1, 2, 4))
    at = int(dice.random() * min(len(data), 64))
    return data[:at] + (dice.choice(EDGES) & (256**width - 1)).to_bytes(width) + data[at + width :]


def _cut(dice: Random, data: bytes) -> bytes:
    return data[: int(dice.random() * len(data))]


def _longer(dice: Random, data: bytes) -> bytes:
    return data + dice.randbytes(dice.choice((1, 3, 4, 64, 700, 1500)))


def _twice(_: Random, data: bytes) -> bytes:
    return data + data


def _as_it_was(_: Random, data: bytes) -> bytes:
    return data


SPOILINGS: tuple[Callable[[Random, bytes], bytes], ...] = (
    _flipped,
    _flipped,
    _at_an_edge,
    _at_an_edge,
    _cut,
    _longer,
    _twice,
    _as_it_was,
)


def spoilt(dice: Random, real: Sequence[bytes]) -> bytes:
    """Take one real datagram and spoil it, or put two together, or send it again as it was."""
    data = dice.choice(real)
    if dice.random() < 0.1:
        other = dice.choice(real)
        return data[: int(dice.random() * len(data))] + other[int(dice.random() * len(other)) :]
    return dice.choice(SPOILINGS)(dice, data)


def well_encrypted(dice: Random, ssrc: int) -> bytes:
    """RTCP rubbish that begins as RTCP must, for somebody who has the keys to encrypt it."""
    packet = rtcp_like(dice)
    if dice.random() < 0.3:
        packet += rtcp.nack(ssrc, [dice.getrandbits(16) for _ in range(dice.randrange(200))])
    return packet[:1200]

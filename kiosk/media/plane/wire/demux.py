"""Which protocol a datagram belongs to, by its first two bytes (RFC 7983 §7, RFC 5761 §4)."""

from __future__ import annotations

from enum import IntEnum


class Kind(IntEnum):
    """The protocol of a datagram."""

    UNKNOWN = 0
    STUN = 1
    DTLS = 2
    RTP = 3
    RTCP = 4


RTP = Kind.RTP
"""A module constant, because nearly every datagram is compared with it."""


def _kind_of(first: int) -> Kind:
    if first < 4:
        return Kind.STUN
    if 20 <= first < 64:
        return Kind.DTLS
    return Kind.RTP if 128 <= first < 192 else Kind.UNKNOWN


KINDS = tuple(_kind_of(first) for first in range(256))


def classify(datagram: bytes | bytearray, size: int) -> Kind:
    """Return the protocol of ``datagram[:size]``; RTP and RTCP differ in the second byte."""
    if size < 1:
        return Kind.UNKNOWN
    kind = KINDS[datagram[0]]
    if kind is RTP:
        if size < 12:
            return Kind.RTCP if size >= 8 and 192 <= datagram[1] <= 223 else Kind.UNKNOWN
        if 192 <= datagram[1] <= 223:
            return Kind.RTCP
    return kind

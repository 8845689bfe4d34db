"""Reads and writes RTCP compound packets; pure functions.

Formats: RFC 3550 §6 (SR, RR, BYE), RFC 4585 §6 (NACK, PLI), RFC 5104 §4.3.1 (FIR),
draft-alvestrand-rmcat-remb-03 §2.2 (REMB). Every block starts with

    0                   1                   2                   3
    |V=2|P| RC/FMT  |      PT       |       length in words - 1     |
    |                        SSRC of the sender                     |
"""

from __future__ import annotations

import struct
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from kiosk.media.plane.limits import NACK_ENTRIES

SR, RR, SDES, BYE, RTPFB, PSFB = 200, 201, 202, 203, 205, 206
NACK, PLI, FIR, AFB = 1, 1, 4, 15

OUR_SSRC = 1
"""The SSRC of the server when it sends on its own behalf and not for a publisher."""


@dataclass(frozen=True, slots=True)
class ReportBlock:
    """Reception of one stream; ``fraction`` lost in 1/256, ``jitter`` in timestamp units."""

    ssrc: int
    fraction: int
    lost: int
    highest: int
    jitter: int
    last_sr: int
    delay_since_sr: int
    """In 1/65536 s."""


@dataclass(frozen=True, slots=True)
class Report:
    """Report blocks, from an RR or from the tail of an SR."""

    blocks: tuple[ReportBlock, ...]


@dataclass(frozen=True, slots=True)
class SenderInfo:
    """The 20 bytes of an SR that relate RTP time to wall-clock time, and its counts."""

    ssrc: int
    info: bytes

    @property
    def middle(self) -> int:
        """The middle 32 bits of the NTP time; report blocks name this SR by them."""
        return int.from_bytes(self.info[2:6])

    @property
    def seconds(self) -> float:
        """The NTP time, in seconds."""
        return int.from_bytes(self.info[:8]) / (1 << 32)

    @property
    def timestamp(self) -> int:
        """The RTP timestamp of the same moment."""
        return int.from_bytes(self.info[8:12])

    def shifted(self, by: int) -> bytes:
        """Return the 20 bytes with another RTP timestamp for the same moment."""
        timestamp = (self.timestamp + by) & 0xFFFFFFFF
        return self.info[:8] + timestamp.to_bytes(4) + self.info[12:]


@dataclass(frozen=True, slots=True)
class KeyFrameRequest:
    """PLI or FIR for the stream ``ssrc``."""

    ssrc: int


@dataclass(frozen=True, slots=True)
class Missing:
    """NACK: these sequence numbers of ``ssrc`` did not arrive."""

    ssrc: int
    sequences: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Bandwidth:
    """REMB: the receiver estimates ``bitrate`` bit/s for all of ``ssrcs`` together."""

    bitrate: int
    ssrcs: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Goodbye:
    """BYE: these streams end."""

    ssrcs: tuple[int, ...]


Message = Report | SenderInfo | KeyFrameRequest | Missing | Bandwidth | Goodbye


def parse(data: bytes) -> Iterator[Message]:
    """Yield the messages of a decrypted compound packet, up to the first malformed block.

    Never raises: unknown blocks are skipped, truncated ones end the iteration.
    """
    position = 0
    while position + 8 <= len(data):
        end = position + 4 * (1 + int.from_bytes(data[position + 2 : position + 4]))
        if data[position] >> 6 != 2 or end > len(data):
            return
        yield from _block(data[position:end])
        position = end


def _block(block: bytes) -> Iterator[Message]:
    count, kind = block[0] & 31, block[1]
    if kind == SR and len(block) >= 28:
        yield SenderInfo(int.from_bytes(block[4:8]), block[8:28])
        yield from _report(block, 28, count)
    elif kind == RR:
        yield from _report(block, 8, count)
    elif kind == BYE:
        yield Goodbye(_ssrcs(block, 4, count))
    elif len(block) >= 12:
        yield from _feedback(block, count, kind)


def _report(block: bytes, position: int, count: int) -> Iterator[Report]:
    if count == 0 or position + 24 * count > len(block):
        return
    blocks = []
    for start in range(position, position + 24 * count, 24):
        ssrc, loss, highest, jitter, last, delay = struct.unpack_from("!LLLLLL", block, start)
        lost = loss & 0xFFFFFF
        lost -= (lost & 0x800000) << 1  # 24 bits, signed: duplicates make it negative
        blocks.append(ReportBlock(ssrc, loss >> 24, lost, highest, jitter, last, delay))
    yield Report(tuple(blocks))


def _ssrcs(block: bytes, position: int, count: int) -> tuple[int, ...]:
    count = min(count, (len(block) - position) // 4)
    return struct.unpack_from(f"!{count}L", block, position)


def _feedback(block: bytes, fmt: int, kind: int) -> Iterator[Message]:
    media = int.from_bytes(block[8:12])
    if kind == RTPFB and fmt == NACK:
        yield Missing(media, _sequences(block))
    elif kind == PSFB and fmt == PLI:
        yield KeyFrameRequest(media)
    elif kind == PSFB and fmt == FIR:
        # The media SSRC of a FIR is 0; each 8-byte entry names its own stream.
        for start in range(12, len(block) - 7, 8):
            yield KeyFrameRequest(int.from_bytes(block[start : start + 4]))
    elif kind == PSFB and fmt == AFB and block[12:16] == b"REMB" and len(block) >= 20:
        exponent, mantissa = block[17] >> 2, int.from_bytes(block[17:20]) & 0x3FFFF
        yield Bandwidth(mantissa << exponent, _ssrcs(block, 20, block[16]))


def _sequences(block: bytes) -> tuple[int, ...]:
    """Each entry is a sequence number and a mask of the sixteen after it."""
    found = []
    for start in range(12, min(len(block) - 3, 12 + 4 * NACK_ENTRIES), 4):
        first, mask = struct.unpack_from("!HH", block, start)
        found.append(first)
        found.extend((first + bit + 1) & 0xFFFF for bit in range(16) if mask >> bit & 1)
    return tuple(found)


def pli(media_ssrc: int) -> bytes:
    """Build a picture loss indication, which requests a key frame."""
    return struct.pack("!BBHLL", 0x80 | PLI, PSFB, 2, OUR_SSRC, media_ssrc)


def nack(media_ssrc: int, sequences: Iterable[int]) -> bytes:
    """Build a NACK for 16-bit ``sequences`` in ascending stream order; at most 17 per entry."""
    entries: list[list[int]] = []
    for sequence in sequences:
        offset = (sequence - entries[-1][0]) & 0xFFFF if entries else 0
        if entries and 1 <= offset <= 16:
            entries[-1][1] |= 1 << (offset - 1)
        elif not entries or offset:
            entries.append([sequence, 0])
    head = struct.pack("!BBHLL", 0x80 | NACK, RTPFB, 2 + len(entries), OUR_SSRC, media_ssrc)
    return head + b"".join(struct.pack("!HH", first, mask) for first, mask in entries)


def remb(bitrate: int, ssrcs: tuple[int, ...]) -> bytes:
    """Build a REMB of ``bitrate`` bit/s (rounded down to 18 significant bits)."""
    exponent = max(0, bitrate.bit_length() - 18)
    value = (exponent << 18) | (bitrate >> exponent)
    head = struct.pack("!BBHLL", 0x80 | AFB, PSFB, 4 + len(ssrcs), OUR_SSRC, 0)
    body = b"REMB" + bytes([len(ssrcs)]) + value.to_bytes(3)
    return head + body + struct.pack(f"!{len(ssrcs)}L", *ssrcs)


def receiver_report(blocks: list[ReportBlock]) -> bytes:
    """Build an RR with up to 31 blocks; losses beyond 24 signed bits are clamped."""
    head = struct.pack("!BBHL", 0x80 | len(blocks), RR, 1 + 6 * len(blocks), OUR_SSRC)
    return head + b"".join(_pack(block) for block in blocks)


def _pack(block: ReportBlock) -> bytes:
    lost = max(-0x800000, min(0x7FFFFF, block.lost)) & 0xFFFFFF
    return struct.pack(
        "!LLLLLL",
        block.ssrc,
        block.fraction << 24 | lost,
        block.highest,
        block.jitter,
        block.last_sr,
        block.delay_since_sr,
    )


def sender_report(ssrc: int, info: bytes) -> bytes:
    """Build an SR for ``ssrc`` from a publisher's sender info.

    Its pair of wall-clock and RTP time must fit what the receiver gets: only then do picture and
    sound stay together.
    """
    return struct.pack("!BBHL", 0x80, SR, 6, ssrc) + info


def goodbye(ssrc: int) -> bytes:
    """Build a BYE for one stream."""
    return struct.pack("!BBHL", 0x81, BYE, 1, ssrc)

"""The packets participants send: Opus-like sound, VP8-like pictures, encrypted in advance.

A participant's sound is 50 packets a second of about 90 bytes, its picture 30 frames a second of
four packets of about 1 kB, together 1 Mbit/s; one frame in 90 is a key frame. The plain payload
ends with the stream's number and the packet's, so that an arrival can be traced to its departure.
"""

from __future__ import annotations

import os
import random
import struct
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bench.load.mill import DEPARTURE
from bench.load.participant import Participant
from kiosk.media.plane.transport.dtls import SrtpKeys, ffi, lib
from kiosk.media.plane.wire.sdp import AUDIO, CLOCK_RATES, VIDEO

SOUND_NS = 20_000_000
FRAME_NS = 33_333_333
FRAME_PACKETS = 4
BETWEEN_PACKETS_NS = 20_000
"""A browser's pacer sends a small frame at once."""

KEY_FRAME_EACH = 90

SLOT = 1280
"""The longest packet (1174 bytes) and what encryption adds to it."""

MARK = struct.Struct("!LL")
_HEADER = struct.Struct("!BBHLL")
_AUDIO_LEVEL = bytes.fromhex("bede000110b20000")
"""RFC 8285 one-byte header: id 1, one byte: speech at -50 dBov."""

_SEND_TIME = bytes.fromhex("bede000122000000")
"""Id 2, three bytes: abs-send-time."""

_VP8 = {
    (True, True): bytes.fromhex("908000001000009d012a8002e001"),
    (True, False): bytes.fromhex("90800000110000"),
    (False, False): bytes.fromhex("80800000"),
}
"""By (begins a frame, key frame): payload descriptor with a 16-bit picture id, payload header."""


@dataclass(slots=True)
class Stream:
    """One track of a participant; continues from run to run."""

    sender: Participant
    keys: SrtpKeys
    payload_type: int
    ssrc: int
    sequence: int = 1000
    timestamp: int = 90_000


@dataclass(frozen=True, slots=True)
class Load:
    """A run's packets in the order of sending.

    ``stream`` and ``index`` belong to each departure: which stream's packet it is, and which.
    """

    departures: NDArray[Any]
    packets: bytearray
    stream: NDArray[Any]
    index: NDArray[Any]


def streams_of(senders: Sequence[Participant]) -> list[Stream]:
    """Return the two tracks of each."""
    found = []
    for sender in senders:
        keys = sender.keys
        found.append(Stream(sender, keys, AUDIO, sender.audio_ssrc))
        found.append(Stream(sender, keys, VIDEO, sender.video_ssrc))
    return found


def make_load(streams: Sequence[Stream], seconds: float) -> Load:
    """Encrypt ``seconds`` of every stream; each begins at a different time."""
    planned = [_plan(stream, seconds) for stream in streams]
    count = sum(map(len, planned))
    packets = bytearray(count * SLOT)
    departures, tags = np.zeros(count, DEPARTURE), np.zeros((count, 2), "i4")
    base, length, filling = ffi.from_buffer("char[]", packets), ffi.new("int *"), os.urandom(SLOT)
    at = 0
    for number, (stream, moments) in enumerate(zip(streams, planned, strict=True)):
        for index, (due, plain) in enumerate(_written(stream, moments)):
            offset = at * SLOT
            whole = plain[0] + filling[: plain[1]] + MARK.pack(number, index)
            packets[offset : offset + len(whole)] = whole
            length[0] = len(whole)
            if lib.srtp_protect(stream.keys.tx, base + offset, length):
                raise RuntimeError("libsrtp refuses a packet of ours")
            departures[at] = (due, 0, offset, stream.sender.number, length[0])
            tags[at] = (number, index)
            at += 1
    order = np.argsort(departures["due"], kind="stable")
    tags = tags[order]
    return Load(departures[order], packets, tags[:, 0], tags[:, 1])


def _plan(stream: Stream, seconds: float) -> list[int]:
    each = SOUND_NS if stream.payload_type == AUDIO else FRAME_NS
    first = random.randrange(each)
    moments = range(first, int(seconds * 1e9), each)
    if stream.payload_type == AUDIO:
        return list(moments)
    return [
        moment + packet * BETWEEN_PACKETS_NS
        for moment in moments
        for packet in range(FRAME_PACKETS)
    ]


def _written(stream: Stream, moments: list[int]) -> Iterator[tuple[int, tuple[bytes, int]]]:
    """Yield when each packet is due, its beginning, and how many bytes of filling follow."""
    sound = stream.payload_type == AUDIO
    step = CLOCK_RATES[stream.payload_type] // (50 if sound else 30)
    for index, due in enumerate(moments):
        frame, packet = (index, 0) if sound else divmod(index, FRAME_PACKETS)
        last = not sound and packet == FRAME_PACKETS - 1
        kind = stream.payload_type | (0x80 if last else 0)
        timestamp = (stream.timestamp + frame * step) & 0xFFFFFFFF
        header = _HEADER.pack(
            0x90, kind, (stream.sequence + index) & 0xFFFF, timestamp, stream.ssrc
        )
        if sound:
            yield due, (header + _AUDIO_LEVEL, 52 + index % 61)
        else:
            begins = packet == 0
            head = _VP8[begins, begins and frame % KEY_FRAME_EACH == 0]
            head = head[:2] + (0x8000 | frame & 0x7FFF).to_bytes(2) + head[4:]
            yield due, (header + _SEND_TIME + head, 892 + index % 251)
    stream.sequence += len(moments)
    stream.timestamp += step * (len(moments) // (1 if sound else FRAME_PACKETS) + 1)

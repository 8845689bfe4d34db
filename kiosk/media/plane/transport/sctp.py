"""SCTP by aiortc, with a check before it: the association gets only chunks it can handle.

A participant can write any SCTP. aiortc trusts lengths, counts and ranges, and one datagram could
keep it busy for seconds or for ever (decision 0054). Beside ``dtls.py`` this is the only module
that touches private attributes of aiortc; the same contract test checks them.
"""

from __future__ import annotations

import contextlib
import struct
from collections.abc import Callable, Iterator
from typing import Any

from aiortc import RTCDtlsTransport, RTCSctpTransport

from kiosk.media.plane.limits import (
    SCTP_BURST,
    SCTP_CHUNKS,
    SCTP_CHUNKS_PER_SECOND,
    SCTP_STREAMS,
    SCTP_STRIKES,
    SCTP_WINDOW,
    Allowance,
)

DATA, INIT, INIT_ACK, SACK, HEARTBEAT, HEARTBEAT_ACK, ABORT, SHUTDOWN = range(8)
ERROR, RECONFIG, FORWARD_TSN = 9, 130, 192

COMMON_HEADER = 12
BYTES_PER_STREAM = 400
"""About what an idle incoming stream costs."""

MALFORMED = 100
"""Strikes for a packet that no browser writes; a packet beyond the rate is one."""

LEAST_RECONFIG = {13: 12, 16: 8, 17: 8}
"""The fixed part of each re-configuration parameter we know, bytes (RFC 6525 §4)."""

Chunk = tuple[int, bytes]
"""Type and body; the flags are not needed here."""


def chunks_of(packet: bytes) -> list[Chunk] | None:
    """Split an SCTP packet into chunks (RFC 9260 §3); None when a length is wrong or too many."""
    found: list[Chunk] = []
    position = COMMON_HEADER
    while position + 4 <= len(packet):
        kind, _, length = struct.unpack_from("!BBH", packet, position)
        if length < 4 or position + length > len(packet) or len(found) == SCTP_CHUNKS:
            return None
        found.append((kind, packet[position + 4 : position + length]))
        position += length + -length % 4
    return found


def parameters_of(body: bytes) -> list[Chunk] | None:
    """Split a list of parameters (RFC 9260 §3.2.1); None when a length is wrong."""
    found: list[Chunk] = []
    position = 0
    while position + 4 <= len(body):
        kind, length = struct.unpack_from("!HH", body, position)
        if length < 4 or position + length > len(body):
            return None
        found.append((kind, body[position + 4 : position + length]))
        position += length + -length % 4
    return found


class GuardedSctp(RTCSctpTransport):
    """An association that drops harmful packets, and reports a browser that sends too many."""

    def __init__(
        self,
        dtls: RTCDtlsTransport,
        *,
        clock: Callable[[], float],
        refused: Callable[[], None],
        abused: Callable[[], None],
    ) -> None:
        super().__init__(dtls)
        self._clock = clock
        self._allowance = Allowance(SCTP_CHUNKS_PER_SECOND, SCTP_BURST, clock())
        self._refused = refused
        self._abused = abused
        self._strikes = 0

    @property
    def backlog(self) -> int:
        """About how many bytes of unfinished messages are kept.

        aiortc announces a window but does not enforce it, and keeps a stream for each number.
        """
        kept = sum(
            len(chunk.user_data)
            for stream in self._inbound_streams.values()
            for chunk in stream.reassembly
        )
        return (
            kept + BYTES_PER_STREAM * len(self._inbound_streams) + 64 * len(self._sack_misordered)
        )

    async def stop(self) -> None:
        """Abort the association; drop its callbacks and its unsent messages."""
        await super().stop()
        self._refused = self._abused = _nothing
        # Each unsent message refers to its channel, and that to the association: a circle.
        self._data_channel_queue.clear()

    async def _handle_data(self, data: bytes) -> None:
        chunks = chunks_of(data)
        if chunks is None or not self._all_acceptable(chunks):
            self._strike(MALFORMED)
        elif not all(self._allowance.take(self._clock()) for _ in chunks):
            self._strike(1)  # SCTP sends it again later
        else:
            try:
                await super()._handle_data(data)
            except ConnectionError:
                raise
            except Exception:  # noqa: BLE001 - asserts, struct.error, KeyError, UnicodeDecodeError
                self._strike(MALFORMED)

    async def _send_chunk(self, chunk: Any) -> None:
        # Timers send, too, and nothing catches what they raise; an unsent ABORT must not
        # keep :meth:`stop` from stopping them.
        with contextlib.suppress(Exception):
            await super()._send_chunk(chunk)

    def _strike(self, weight: int) -> None:
        self._refused()
        self._strikes += weight
        if self._strikes > SCTP_STRIKES:
            self._abused()

    def _all_acceptable(self, chunks: list[Chunk]) -> bool:
        if INIT in dict(chunks):
            # Alone in its packet (RFC 9260 §6.10), and never in an established association.
            begun = self._association_state == self.State.ESTABLISHED
            if begun or len(chunks) > 1:
                return False
        return all(self._acceptable(kind, body) for kind, body in chunks)

    def _acceptable(self, kind: int, body: bytes) -> bool:
        if kind == DATA:
            return len(body) > 12 and self._data_acceptable(*struct.unpack_from("!LH", body))
        if kind == SACK:
            return len(body) >= 12 and self._sack_acceptable(body)
        if kind == FORWARD_TSN:
            return len(body) >= 4 and self._forward_acceptable(body)
        if kind in (INIT, INIT_ACK):
            return len(body) >= 16 and parameters_of(body[16:]) is not None
        if kind in (HEARTBEAT, HEARTBEAT_ACK, ABORT, ERROR):
            return parameters_of(body) is not None
        if kind == RECONFIG:
            return _reconfig_acceptable(body)
        return kind != SHUTDOWN or len(body) >= 4

    def _data_acceptable(self, tsn: int, stream: int) -> bool:
        known = stream in self._inbound_streams or len(self._inbound_streams) < SCTP_STREAMS
        return known and self._within_window(tsn)

    def _within_window(self, tsn: int) -> bool:
        if self._last_received_tsn is None:
            return False  # data before any INIT
        ahead = (tsn - self._last_received_tsn) & 0xFFFFFFFF
        return ahead <= SCTP_WINDOW or ahead > 0x80000000  # the latter: a repeated one

    def _sack_acceptable(self, body: bytes) -> bool:
        acknowledged, _, gaps, duplicates = struct.unpack_from("!LLHH", body)
        if len(body) < 12 + 4 * (gaps + duplicates):
            return False
        # A packet that was never sent cannot be acknowledged.
        unacknowledged = (self._local_tsn - 1 - self._last_sacked_tsn) & 0xFFFFFFFF
        step = (acknowledged - self._last_sacked_tsn) & 0xFFFFFFFF
        if unacknowledged < step < 0x80000000:
            return False
        return all(
            0 < start <= end <= unacknowledged for start, end in _pairs(body, 12, 12 + 4 * gaps)
        )

    def _forward_acceptable(self, body: bytes) -> bool:
        if len(body) % 4 or len(body) > 4 + 4 * SCTP_STREAMS:
            return False
        known = all(
            stream in self._inbound_streams or len(self._inbound_streams) < SCTP_STREAMS
            for stream, _ in _pairs(body, 4, len(body))
        )
        return known and self._within_window(int.from_bytes(body[:4]))


def _nothing() -> None:
    pass


def _reconfig_acceptable(body: bytes) -> bool:
    parameters = parameters_of(body)
    if parameters is None:
        return False
    return all(
        len(value) >= LEAST_RECONFIG.get(kind, 0) and len(value) % 2 == 0
        for kind, value in parameters
    )


def _pairs(body: bytes, start: int, end: int) -> Iterator[tuple[int, int]]:
    for position in range(start, end, 4):
        first, second = struct.unpack_from("!HH", body, position)
        yield first, second

"""The hot path: a datagram in, decrypted in place, its SSRC replaced, encrypted, out. No awaiting.

    0                   1                   2                   3
    |V=2|P|X|  CC   |M|     PT      |       sequence number         |
    |                           timestamp                           |
    |                             SSRC                              |  <- all we change

Everything rare (STUN, DTLS, RTCP, new streams, holes) goes to a :class:`ColdPath`.
"""

from __future__ import annotations

import socket
import struct
from collections.abc import Callable
from typing import Protocol

import structlog

from kiosk.media.plane.call.peer import Peer
from kiosk.media.plane.counters import Counters
from kiosk.media.plane.forwarding.batches import BatchSender
from kiosk.media.plane.limits import DATAGRAMS_PER_WAKE, MAX_DATAGRAM, MAX_PLAIN, SLOT, Allowance
from kiosk.media.plane.streams.publication import Leg, Publication
from kiosk.media.plane.transport.dtls import ffi, lib
from kiosk.media.plane.transport.ice_lite import Address
from kiosk.media.plane.wire.audio_level import level_of
from kiosk.media.plane.wire.demux import RTP, Kind, classify
from kiosk.media.plane.wire.send_time import place_in, stamp
from kiosk.media.plane.wire.vp8 import starts_key_frame

log = structlog.get_logger()


_HEADER = struct.Struct("!2xHII").unpack_from
"""Sequence number, timestamp, SSRC."""

COMPLAINTS_PER_MINUTE = 10
"""Faults written to the log; the counter has them all."""


class ColdPath(Protocol):
    """Who takes what is not plain forwarding. Called from the reader callback; must not block."""

    def stun(self, data: bytes, socket: socket.socket, address: Address) -> None:
        """Take a STUN datagram from anywhere."""

    def rtcp(self, peer: Peer, data: bytes, now: float) -> None:
        """Take a still encrypted RTCP packet from a peer's proven address."""

    def stream_started(self, peer: Peer, packet: bytes, now: float) -> Publication | None:
        """Take note of the first authentic packet of a stream; None refuses it."""

    def hole(self, publication: Publication, now: float) -> None:
        """Packets of ``publication`` are missing since just now."""


class Forwarder:
    """Reads the sockets and forwards. One per plane; not re-entrant, one buffer serves all."""

    def __init__(self, cold: ColdPath, counters: Counters, clock: Callable[[], float]) -> None:
        self.by_address: dict[Address, Peer] = {}
        self.counters = counters
        self._cold = cold
        self._clock = clock
        self._batch = BatchSender(counters)
        self._in = bytearray(SLOT)
        self._in_c = ffi.from_buffer("char[]", self._in)
        self._in_view = memoryview(self._in)
        self._length = ffi.new("int *")
        self._ways = (self._send_in_place, self._send_copies, self._send_rewritten)
        self._complaints = Allowance(COMPLAINTS_PER_MINUTE / 60, COMPLAINTS_PER_MINUTE, clock())

    def readable(self, source: socket.socket) -> None:
        """Take up to :data:`DATAGRAMS_PER_WAKE` datagrams from ``source``; what they make for more
        than one receiver leaves together at the end."""
        try:
            self._read(source)
        finally:
            self._batch.flush()

    def _read(self, source: socket.socket) -> None:
        receive, buffer, counters = source.recvfrom_into, self._in, self.counters
        now = self._clock()
        for _ in range(DATAGRAMS_PER_WAKE):
            try:
                size, address = receive(buffer)
            except (BlockingIOError, InterruptedError):
                return
            except OSError:  # an ICMP error of an earlier datagram, reported here
                continue
            counters.received += 1
            if not 0 < size <= MAX_DATAGRAM:
                counters.bad_size += 1
                continue
            try:
                self._dispatch(source, size, address, now)
            except Exception:
                # A fault of ours costs one datagram, never the call. The log names no address.
                counters.faults += 1
                if self._complaints.take(now):
                    log.exception("media.datagram_fault")

    def _dispatch(self, source: socket.socket, size: int, address: Address, now: float) -> None:
        kind = classify(self._in, size)
        peer = self.by_address.get(address)
        if kind is RTP and peer is not None:
            self._forward(peer, size, now)
        elif kind is Kind.STUN:
            self._cold.stun(bytes(self._in_view[:size]), source, address)
        elif peer is None or kind is Kind.UNKNOWN:
            self.counters.unknown_source += 1
        elif kind is Kind.RTCP:
            self._cold.rtcp(peer, bytes(self._in_view[:size]), now)
        elif not peer.dtls.feed(bytes(self._in_view[:size]), now):
            self.counters.refused_dtls += 1

    def _forward(self, peer: Peer, size: int, now: float) -> None:
        length, keys = self._length, peer.keys
        sequence, timestamp, ssrc = _HEADER(self._in)
        publication = peer.by_ssrc.get(ssrc)
        if keys is None or (publication is None and not peer.may_learn(ssrc)):
            self.counters.unexpected_stream += 1
            return
        length[0] = size
        if lib.srtp_unprotect(keys.rx, self._in_c, length):
            self.counters.unauthentic += 1
            return
        size = length[0]
        if publication is None:
            publication = self._cold.stream_started(peer, bytes(self._in_view[:size]), now)
        if publication is None or publication.ssrc != ssrc or not 12 <= size <= MAX_PLAIN:
            self.counters.unexpected_stream += 1
            return
        peer.heard_at = now
        if self._arrived(publication, size, sequence, timestamp, now):
            self._cold.hole(publication, now)
        self._ways[publication.way](publication, size, now)

    def _arrived(
        self, publication: Publication, size: int, sequence: int, timestamp: int, now: float
    ) -> bool:
        """Note a packet; True when it opened a hole."""
        tally = publication.tally
        tally.packets += 1
        tally.bytes += size
        cache = publication.cache
        if cache is not None:
            starts = starts_key_frame(self._in, size)
            cache.put(sequence, self._in_view[:size], key_frame=starts)
        elif not sequence & 3:  # every fourth sound packet tells who speaks soon enough
            publication.loudest = min(publication.loudest, level_of(self._in, size))
        return publication.uplink.arrived(sequence, timestamp, now)

    def _send_in_place(self, publication: Publication, size: int, now: float) -> None:
        leg, length = publication.legs[0], self._length
        self._in[8:12] = leg.ssrc
        length[0] = size
        if lib.srtp_protect(leg.key, self._in_c, length):
            self.counters.unsent += 1
            return
        try:
            leg.send(self._in_view[: length[0]], leg.address)
        except OSError:  # full, or unreachable for now: drop, never wait
            self.counters.unsent += 1
            return
        leg.tally.packets += 1
        leg.tally.bytes += size
        self.counters.forwarded += 1

    def _send_copies(self, publication: Publication, size: int, now: float) -> None:
        at, came = self._send_time(publication, size)
        self._batch.post(self._in_view[:size], publication.legs, at=at, now=came)

    def _send_rewritten(self, publication: Publication, size: int, now: float) -> None:
        def write(leg: Leg, buffer: bytearray) -> int:
            assert leg.view is not None
            return leg.view.write(publication, self._in, size, buffer, now)

        at, came = self._send_time(publication, size)
        self._batch.post(self._in_view[:size], publication.legs, write=write, at=at, now=came)

    def _send_time(self, publication: Publication, size: int) -> tuple[int, int]:
        """Return where a picture packet says when it left, and our time; (0, 0) if it need not.

        How long it took from its publisher is noted, before that is written over.
        """
        if not publication.stamped:
            return 0, 0
        at = place_in(self._in, size)
        if not at:
            return 0, 0
        came = stamp(self._clock())  # read anew: many packets may have come since this wake began
        publication.budget.arrived(int.from_bytes(self._in[at : at + 3]), came)
        return at, came

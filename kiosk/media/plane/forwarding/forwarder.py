"""The fast path: a datagram in, decrypted in place, its SSRC replaced, encrypted, out. No awaiting.

    0                   1                   2                   3
    |V=2|P|X|  CC   |M|     PT      |       sequence number         |
    |                           timestamp                           |
    |                             SSRC                              |  <- all that is changed

Everything rare (STUN, DTLS, RTCP, new streams, gaps) goes to ``slow_path.py``.
"""

from __future__ import annotations

import socket
import struct
from collections.abc import Callable

import structlog

from kiosk.media.plane.call.peer import Peer
from kiosk.media.plane.counters import Counters
from kiosk.media.plane.forwarding.batch_sender import BatchSender
from kiosk.media.plane.forwarding.slow_path import SlowPath
from kiosk.media.plane.limits import DATAGRAMS_PER_WAKE, MAX_DATAGRAM, MAX_PLAIN, SLOT, Allowance
from kiosk.media.plane.streams.publication import Publication, Subscription
from kiosk.media.plane.transport.dtls import ffi, lib
from kiosk.media.plane.transport.ice_lite import Address
from kiosk.media.plane.wire.audio_level import level_of
from kiosk.media.plane.wire.demux import RTP, Kind, classify
from kiosk.media.plane.wire.send_time import place_in, stamp
from kiosk.media.plane.wire.vp8 import starts_key_frame

log = structlog.get_logger()


_HEADER = struct.Struct("!2xHII").unpack_from
"""Sequence number, timestamp, SSRC."""

FAULTS_LOGGED_PER_MINUTE = 10
"""Faults written to the log; the counter has them all."""


class Forwarder:
    """Reads the sockets and forwards. One per plane; not re-entrant, one buffer serves all."""

    def __init__(self, slow: SlowPath, counters: Counters, clock: Callable[[], float]) -> None:
        self.by_address = slow.by_address
        self.counters = counters
        self._slow = slow
        self._clock = clock
        self._batch = BatchSender(counters)
        self._in = bytearray(SLOT)
        self._in_c = ffi.from_buffer("char[]", self._in)
        self._in_view = memoryview(self._in)
        self._length = ffi.new("int *")
        # Indexed by SendMode.
        self._senders = (self._send_in_place, self._send_copies, self._send_rewritten)
        self._fault_log = Allowance(
            FAULTS_LOGGED_PER_MINUTE / 60, FAULTS_LOGGED_PER_MINUTE, clock()
        )

    def readable(self, source: socket.socket) -> None:
        """Take up to :data:`DATAGRAMS_PER_WAKE` datagrams from ``source``, then send the batch of
        copies that they make."""
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
                if self._fault_log.take(now):
                    log.exception("media.datagram_fault")

    def _dispatch(self, source: socket.socket, size: int, address: Address, now: float) -> None:
        kind = classify(self._in, size)
        peer = self.by_address.get(address)
        if kind is RTP and peer is not None:
            self._forward(peer, size, now)
        elif kind is Kind.STUN:
            self._slow.stun(bytes(self._in_view[:size]), source, address)
        elif peer is None or kind is Kind.UNKNOWN:
            self.counters.unknown_source += 1
        elif kind is Kind.RTCP:
            self._slow.rtcp(peer, bytes(self._in_view[:size]), now)
        else:
            self._slow.dtls(peer, bytes(self._in_view[:size]), now)

    def _forward(self, peer: Peer, size: int, now: float) -> None:
        length, rx = self._length, peer.rx
        sequence, timestamp, ssrc = _HEADER(self._in)
        publication = peer.by_ssrc.get(ssrc)
        if rx is None or (publication is None and not peer.connection.may_learn(ssrc)):
            self.counters.unexpected_stream += 1
            return
        length[0] = size
        if lib.srtp_unprotect(rx, self._in_c, length):
            self.counters.unauthentic += 1
            return
        size = length[0]
        if publication is None:
            publication = self._slow.stream_started(peer, bytes(self._in_view[:size]), now)
        if publication is None or publication.ssrc != ssrc or not 12 <= size <= MAX_PLAIN:
            self.counters.unexpected_stream += 1
            return
        peer.heard_at = now
        if self._arrived(publication, size, sequence, timestamp, now):
            self._slow.packets_missing(publication, now)
        self._senders[publication.send_mode](publication, size, now)

    def _arrived(
        self, publication: Publication, size: int, sequence: int, timestamp: int, now: float
    ) -> bool:
        """Note a packet; return whether packets before it are missing."""
        tally = publication.tally
        tally.packets += 1
        tally.bytes += size
        cache = publication.cache
        if cache is not None:
            starts = starts_key_frame(self._in, size)
            cache.put(sequence, self._in_view[:size], key_frame=starts)
        elif not sequence & 3:  # every fourth sound packet shows soon enough who speaks
            publication.loudest = min(publication.loudest, level_of(self._in, size))
        return publication.uplink.arrived(sequence, timestamp, now)

    def _send_in_place(self, publication: Publication, size: int, now: float) -> None:
        to, length = publication.subscriptions[0], self._length
        self._in[8:12] = to.ssrc
        length[0] = size
        if lib.srtp_protect(to.key, self._in_c, length):
            self.counters.unsent += 1
            return
        try:
            to.send(self._in_view[: length[0]], to.address)
        except OSError:  # full, or unreachable for now: drop, never wait
            self.counters.unsent += 1
            return
        tally = to.tally
        tally.packets += 1
        tally.bytes += size
        self.counters.forwarded += 1

    def _send_copies(self, publication: Publication, size: int, now: float) -> None:
        at, came = self._send_time(publication, size)
        self._batch.post(self._in_view[:size], publication.subscriptions, at=at, now=came)

    def _send_rewritten(self, publication: Publication, size: int, now: float) -> None:
        def write(to: Subscription, buffer: bytearray) -> int:
            assert to.writer is not None
            return to.writer.write(publication, self._in, size, buffer, now)

        at, came = self._send_time(publication, size)
        subscriptions = publication.subscriptions
        self._batch.post(self._in_view[:size], subscriptions, write=write, at=at, now=came)

    def _send_time(self, publication: Publication, size: int) -> tuple[int, int]:
        """Return the position of a picture packet's send time, and the present time; (0, 0) if
        subscribers need no send time of ours.

        Its delay from the publisher is noted before the send time is overwritten.
        """
        if not publication.stamped:
            return 0, 0
        at = place_in(self._in, size)
        if not at:
            return 0, 0
        came = stamp(self._clock())  # read anew: many packets may have come since this wake began
        publication.budget.arrived(int.from_bytes(self._in[at : at + 3]), came)
        return at, came

"""Sends many datagrams with one system call: Linux's sendmmsg, by cffi and without a compiler.

A packet in a full room is sent nine times. Decision 0090 has the figures, and says why packets for
one receiver are sent otherwise. Structures as in sendmmsg(2) and ip(7), laid out by cffi.
"""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterable
from typing import Any

from cffi import FFI

from kiosk.media.plane.counters import Counters, Tally
from kiosk.media.plane.limits import MOST_SENT, SLOT
from kiosk.media.plane.streams.publication import Subscription
from kiosk.media.plane.transport.dtls import ffi as srtp
from kiosk.media.plane.transport.dtls import lib
from kiosk.media.plane.transport.udp import NAME_BYTES
from kiosk.media.plane.wire.send_time import WRAP

_ffi = FFI()
_ffi.cdef(
    """
    struct iovec { void *iov_base; size_t iov_len; };
    struct msghdr {
        void *msg_name; unsigned int msg_namelen;
        struct iovec *msg_iov; size_t msg_iovlen;
        void *msg_control; size_t msg_controllen;
        int msg_flags;
    };
    struct mmsghdr { struct msghdr msg_hdr; unsigned int msg_len; };
    int sendmmsg(int sockfd, struct mmsghdr *messages, unsigned int count, int flags);
    """
)
_system: Any = _ffi.dlopen(None)

NO_WAIT = int(socket.MSG_DONTWAIT)


class BatchSender:
    """Encrypts packets for several browsers and sends many with one system call.

    Posted packets are sent by :meth:`flush`, or before when the batch is full. What the kernel does
    not take (buffer full, unreachable for now) is dropped, never waited for.
    """

    def __init__(self, counters: Counters) -> None:
        self._counters = counters
        self._buffers = [bytearray(SLOT) for _ in range(MOST_SENT)]
        pointers = [srtp.from_buffer("char[]", buffer) for buffer in self._buffers]
        self._messages = _ffi.new("struct mmsghdr[]", MOST_SENT)
        self._parts = _ffi.new("struct iovec[]", MOST_SENT)
        # Taken out of their arrays once, because cffi makes a new object each time.
        headers = [self._messages[number].msg_hdr for number in range(MOST_SENT)]
        parts = [self._parts[number] for number in range(MOST_SENT)]
        for part, pointer, header in zip(parts, pointers, headers, strict=True):
            part.iov_base = pointer
            header.msg_iov, header.msg_iovlen = _ffi.addressof(part), 1
            header.msg_namelen = NAME_BYTES
        # libsrtp reads and writes the length in the place where the kernel reads it.
        lengths = [_as_int(_ffi.addressof(part, "iov_len")) for part in parts]
        self._slots = tuple(zip(self._buffers, pointers, lengths, headers, strict=True))
        self._tallies: list[Tally] = [Tally()] * MOST_SENT
        self._sizes = [0] * MOST_SENT
        self._posted = 0
        self._socket = -1

    def post(
        self,
        packet: memoryview,
        subscriptions: Iterable[Subscription],
        *,
        write: Callable[[Subscription, bytearray], int] | None = None,
        at: int = 0,
        now: int = 0,
    ) -> None:
        """Send a decrypted packet on every subscription, under the SSRC known there.

        It is sent as it is, or as ``write(subscription, buffer)`` writes it; that returns its size,
        0 to send nothing. Where ``at`` is not 0, the send time is written there: ``now``, on each
        subscription's clock.
        """
        protect, slots, tallies, sizes = lib.srtp_protect, self._slots, self._tallies, self._sizes
        posted, size = self._posted, len(packet)
        for to in subscriptions:
            if posted == MOST_SENT or to.socket != self._socket:
                self._posted = posted
                self.flush()
                posted, self._socket = 0, to.socket
            buffer, pointer, length, header = slots[posted]
            if write is None:
                buffer[:size] = packet
            elif not (size := write(to, buffer)):
                continue
            buffer[8:12] = to.ssrc
            if at and to.offset is not None:
                buffer[at : at + 3] = ((now + to.offset) % WRAP).to_bytes(3)
            length[0] = size
            if protect(to.key, pointer, length):
                self._counters.unsent += 1
                continue
            header.msg_name = to.name
            tallies[posted] = to.tally
            sizes[posted] = size
            posted += 1
        self._posted = posted

    def flush(self) -> None:
        """Hand the posted packets to the kernel."""
        posted, first, self._posted = self._posted, 0, 0
        while first < posted:
            rest = posted - first
            taken = max(0, _system.sendmmsg(self._socket, self._messages + first, rest, NO_WAIT))
            for number in range(first, first + taken):
                tally = self._tallies[number]
                tally.packets += 1
                tally.bytes += self._sizes[number]
            self._counters.forwarded += taken
            self._counters.unsent += not taken  # the first of them is dropped, the others are tried
            first += taken or 1


def _as_int(length: Any) -> Any:
    # The lower half, which comes first on every processor this runs on; no packet is longer.
    return srtp.cast("int *", int(_ffi.cast("uintptr_t", length)))

"""Many datagrams in one system call: Linux's sendmmsg, by cffi and without a compiler.

A packet in a full room leaves nine times; decision 0090 has the figures, and says why packets for
one receiver do not go this way. Structures as in sendmmsg(2) and ip(7), laid out by cffi.
"""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterable
from typing import Any

from cffi import FFI

from kiosk.media.plane.counters import Counters, Tally
from kiosk.media.plane.limits import MOST_SENT, SLOT
from kiosk.media.plane.streams.publication import Leg
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

    What was posted leaves with :meth:`flush`, or before when there is no more room. What the kernel
    would not take (full, unreachable for now) is dropped, never waited for.
    """

    def __init__(self, counters: Counters) -> None:
        self._counters = counters
        self._buffers = [bytearray(SLOT) for _ in range(MOST_SENT)]
        pointers = [srtp.from_buffer("char[]", buffer) for buffer in self._buffers]
        self._messages = _ffi.new("struct mmsghdr[]", MOST_SENT)
        self._parts = _ffi.new("struct iovec[]", MOST_SENT)
        # Taken out of their arrays once: cffi makes a new object each time.
        headers = [self._messages[number].msg_hdr for number in range(MOST_SENT)]
        parts = [self._parts[number] for number in range(MOST_SENT)]
        for part, pointer, header in zip(parts, pointers, headers, strict=True):
            part.iov_base = pointer
            header.msg_iov, header.msg_iovlen = _ffi.addressof(part), 1
            header.msg_namelen = NAME_BYTES
        # libsrtp reads and writes the length where the kernel will look for it.
        lengths = [_as_int(_ffi.addressof(part, "iov_len")) for part in parts]
        self._slots = tuple(zip(self._buffers, pointers, lengths, headers, strict=True))
        self._tallies: list[Tally] = [Tally()] * MOST_SENT
        self._sizes = [0] * MOST_SENT
        self._posted = 0
        self._socket = -1

    def post(
        self,
        packet: memoryview,
        legs: Iterable[Leg],
        *,
        write: Callable[[Leg, bytearray], int] | None = None,
        at: int = 0,
        now: int = 0,
    ) -> None:
        """Send a decrypted packet on every leg, as it is or as ``write(leg, buffer)`` puts it down.

        Nothing goes where it says 0. It goes under the SSRC by which it is known there. Where
        ``at`` is not 0, the packet says there when it leaves: ``now``, on each leg's clock.
        """
        protect, slots, tallies, sizes = lib.srtp_protect, self._slots, self._tallies, self._sizes
        posted, size = self._posted, len(packet)
        for leg in legs:
            if posted == MOST_SENT or leg.socket != self._socket:
                self._posted = posted
                self.flush()
                posted, self._socket = 0, leg.socket
            buffer, pointer, length, header = slots[posted]
            if write is None:
                buffer[:size] = packet
            elif not (size := write(leg, buffer)):
                continue
            buffer[8:12] = leg.ssrc
            if at and leg.offset is not None:
                buffer[at : at + 3] = ((now + leg.offset) % WRAP).to_bytes(3)
            length[0] = size
            if protect(leg.key, pointer, length):
                self._counters.unsent += 1
                continue
            header.msg_name = leg.name
            tallies[posted] = leg.tally
            sizes[posted] = size
            posted += 1
        self._posted = posted

    def flush(self) -> None:
        """Hand what was posted to the kernel."""
        posted, first, self._posted = self._posted, 0, 0
        while first < posted:
            rest = posted - first
            taken = max(0, _system.sendmmsg(self._socket, self._messages + first, rest, NO_WAIT))
            for number in range(first, first + taken):
                tally = self._tallies[number]
                tally.packets += 1
                tally.bytes += self._sizes[number]
            self._counters.forwarded += taken
            self._counters.unsent += not taken  # the first of them; the others have their turn
            first += taken or 1


def _as_int(length: Any) -> Any:
    # Its lower half, which comes first on every processor this runs on; no packet needs the other.
    return srtp.cast("int *", int(_ffi.cast("uintptr_t", length)))

"""Many datagrams in one system call: Linux's sendmmsg, by cffi and without a compiler.

A packet in a full room leaves nine times; decision 0090 has the figures, and says why packets for
one receiver do not go this way. Structures as in sendmmsg(2) and ip(7), laid out by cffi.
"""

from __future__ import annotations

import socket
import struct
from collections.abc import Callable, Iterable
from typing import Any

from cffi import FFI

from kiosk.media.plane.counters import Counters
from kiosk.media.plane.dtls import ffi as srtp
from kiosk.media.plane.dtls import lib
from kiosk.media.plane.ice_lite import Address
from kiosk.media.plane.limits import MOST_SENT, SLOT
from kiosk.media.plane.publication import Leg
from kiosk.media.plane.send_time import WRAP

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

# family (host order), port, address; IPv6 has flow before it and scope after it
_IPV4 = struct.Struct("=H2s4s20x")
_IPV6 = struct.Struct("=H2s4s16sL")
NAME_BYTES = _IPV6.size
"""A shorter sockaddr_in is padded: ip(7) asks for no exact length."""


def sockaddr(address: Address) -> bytes:
    """Return what the kernel calls ``address``, :data:`NAME_BYTES` long."""
    port = address[1].to_bytes(2)
    if len(address) == 2:
        return _IPV4.pack(socket.AF_INET, port, socket.inet_aton(address[0]))
    host = socket.inet_pton(socket.AF_INET6, address[0].partition("%")[0])
    return _IPV6.pack(socket.AF_INET6, port, address[2].to_bytes(4), host, address[3])


class BatchSender:
    """Encrypts packets for several browsers and sends them with one system call.

    What the kernel would not take (full, unreachable for now) is dropped, never waited for.
    """

    def __init__(self, counters: Counters) -> None:
        self._counters = counters
        self._buffers = [bytearray(SLOT) for _ in range(MOST_SENT)]
        pointers = [srtp.from_buffer("char[]", buffer) for buffer in self._buffers]
        self._messages = _ffi.new("struct mmsghdr[]", MOST_SENT)
        self._parts = _ffi.new("struct iovec[]", MOST_SENT)
        self._length = srtp.new("int *")
        # Taken out of their arrays once: cffi makes a new object each time.
        headers = [self._messages[number].msg_hdr for number in range(MOST_SENT)]
        parts = [self._parts[number] for number in range(MOST_SENT)]
        for part, pointer, header in zip(parts, pointers, headers, strict=True):
            part.iov_base = pointer
            header.msg_iov, header.msg_iovlen = _ffi.addressof(part), 1
            header.msg_namelen = NAME_BYTES
        self._slots = tuple(zip(self._buffers, pointers, parts, headers, strict=True))

    def send_copies(
        self, packet: memoryview, legs: Iterable[Leg], at: int = 0, now: int = 0
    ) -> None:
        """Send a decrypted packet on every leg; ``at`` and ``now`` as :meth:`send` has them."""
        size = len(packet)

        def copy(_leg: Leg, buffer: bytearray) -> int:
            buffer[:size] = packet
            return size

        self.send(legs, copy, at, now)

    def send(
        self,
        legs: Iterable[Leg],
        write: Callable[[Leg, bytearray], int],
        at: int = 0,
        now: int = 0,
    ) -> None:
        """Send on every leg what ``write(leg, buffer)`` puts down for it; nothing where it says 0.

        It goes under the SSRC by which it is known there. Where ``at`` is not 0, the packet says
        there when it leaves: ``now``, on each leg's clock.
        """
        protect, length, slots = lib.srtp_protect, self._length, self._slots
        posted: list[Leg] = []
        sizes: list[int] = []
        outgoing = -1
        for leg in legs:
            if leg.socket != outgoing or len(posted) == MOST_SENT:
                self._flush(outgoing, posted, sizes)
                posted, sizes, outgoing = [], [], leg.socket
            buffer, pointer, part, header = slots[len(posted)]
            size = write(leg, buffer)
            if not size:
                continue
            buffer[8:12] = leg.ssrc
            if at and leg.offset is not None:
                buffer[at : at + 3] = ((now + leg.offset) % WRAP).to_bytes(3)
            length[0] = size
            if protect(leg.key, pointer, length):
                self._counters.unsent += 1
                continue
            part.iov_len = length[0]
            header.msg_name = leg.name
            posted.append(leg)
            sizes.append(size)
        self._flush(outgoing, posted, sizes)

    def _flush(self, outgoing: int, posted: list[Leg], sizes: list[int]) -> None:
        first = 0
        while first < len(posted):
            rest = len(posted) - first
            taken = max(0, _system.sendmmsg(outgoing, self._messages + first, rest, NO_WAIT))
            for leg, size in zip(posted[first : first + taken], sizes[first:], strict=False):
                leg.tally.packets += 1
                leg.tally.bytes += size
            self._counters.forwarded += taken
            self._counters.unsent += not taken  # the first of them; the others have their turn
            first += taken or 1

"""Sends noise: ``python -m bench.noise_source HOST PORT RATE SECONDS``, datagrams a second.

``sendmmsg`` through cffi, so that one process on one core suffices and no compiler is needed.
Prints how many datagrams the kernel took.
"""

from __future__ import annotations

import secrets
import socket
import struct
import sys
import time
from typing import Any

from cffi import FFI

BATCH = 64
SOCKETS = 16
DIFFERENT = 1024
"""Datagrams made in advance and sent repeatedly."""

_C = """
struct iovec { void *base; size_t length; };
struct msghdr { void *name; unsigned namelen; struct iovec *iov; size_t iovlen;
                void *control; size_t controllen; int flags; };
struct mmsghdr { struct msghdr header; unsigned sent; };
int sendmmsg(int fd, struct mmsghdr *messages, unsigned count, int flags);
"""


def noise() -> bytes:
    """Make one datagram as an Internet port gets them: half of them are well-formed STUN."""
    kind = secrets.randbelow(6)
    rest = secrets.token_bytes(secrets.choice((8, 40, 90, 300, 1100)))
    if kind < 3:
        name = b"nobody:else!"
        attributes = struct.pack("!HH", 6, len(name)) + name
        attributes += struct.pack("!HHL", 0x24, 4, 1) + struct.pack("!HH", 8, 20) + rest[:8] * 3
        attributes = attributes[: len(attributes) // 4 * 4]
        return (
            struct.pack("!HHL", 1, len(attributes), 0x2112A442) + rest[:12].ljust(12) + attributes
        )
    first = {3: b"\x16\xfe\xfd", 4: b"\x80\x60", 5: b"\x80\xc9"}[kind]
    return first + rest


class Batch:
    """A vector of datagrams for sendmmsg; keeps the memory that C reads."""

    def __init__(self, ffi: FFI, datagrams: list[bytes]) -> None:
        self.count = len(datagrams)
        self._buffers = [ffi.new("char[]", data) for data in datagrams]
        self._vectors = ffi.new("struct iovec[]", self.count)
        self.messages: Any = ffi.new("struct mmsghdr[]", self.count)
        for number, data in enumerate(datagrams):
            self._vectors[number].base = self._buffers[number]
            self._vectors[number].length = len(data)
            self.messages[number].header.iov = self._vectors + number
            self.messages[number].header.iovlen = 1


def send(host: str, port: int, rate: int, seconds: float) -> int:
    """Send ``rate`` datagrams a second for so long; return how many the kernel took."""
    ffi = FFI()
    ffi.cdef(_C)
    libc = ffi.dlopen(None)
    batches = [Batch(ffi, [noise() for _ in range(BATCH)]) for _ in range(DIFFERENT // BATCH)]
    sockets = [socket.socket(socket.AF_INET, socket.SOCK_DGRAM) for _ in range(SOCKETS)]
    for one in sockets:
        one.connect((host, port))
    start, sent, turn = time.monotonic(), 0, 0
    while (passed := time.monotonic() - start) < seconds:
        if sent > passed * rate:
            time.sleep(0.0005)
            continue
        batch, turn = batches[turn % len(batches)], turn + 1
        taken = libc.sendmmsg(sockets[turn % SOCKETS].fileno(), batch.messages, batch.count, 0)
        sent += max(0, taken)
    return sent


if __name__ == "__main__":
    print(send(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), float(sys.argv[4])))  # noqa: T201

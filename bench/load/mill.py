"""Python's side of the packet mill: compiled on first use, run in threads of its own."""

from __future__ import annotations

import asyncio
import os
import select
import socket
import subprocess
import tempfile
import threading
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from cffi import FFI
from numpy.typing import NDArray

SOURCE = Path(__file__).with_name("mill.c")

DEPARTURE = np.dtype(
    [("due", "i8"), ("sent", "i8"), ("offset", "i8"), ("socket", "i4"), ("size", "i4")]
)
ARRIVAL = np.dtype(
    [
        *(("at", "i8"), ("socket", "i4"), ("ssrc", "u4")),
        *(("sequence", "u2"), ("size", "u2"), ("unused", "u4")),
    ]
)

CAPACITY = 2_000_000
"""Arrivals that one run can record: a minute of the heaviest load."""

SAMPLE = 101
"""One RTP packet in so many is decrypted. A prime number, so that every stream is sampled."""

_DECLARATIONS = """
struct sink { int32_t epoll, up, stop, sample; int64_t count, capacity; void *arrivals; };
int64_t mill_send(int64_t begin, int64_t count, void *departures, const char *buffer);
int mill_timestamps(int32_t socket);
void mill_receive(struct sink *sink);
"""

ffi = FFI()
ffi.cdef(_DECLARATIONS)


@cache
def _library() -> Any:
    with tempfile.TemporaryDirectory(prefix="bench-mill-") as folder:
        compiled = Path(folder) / "mill.so"
        command = ["cc", "-O2", "-Wall", "-shared", "-fPIC", "-o", str(compiled), str(SOURCE)]
        subprocess.run(command, check=True)
        return ffi.dlopen(str(compiled))


class Mill:
    """Receives on every socket given to :meth:`watch`; sends the packets given to :meth:`send`.

    ``take(socket number, datagram)`` is called on the running loop for everything that is not RTP,
    and for a sample of the RTP. Both threads stay on ``core``.
    """

    def __init__(self, take: Callable[[int, bytes], None], *, core: int) -> None:
        self._take = take
        self._core = core
        self._loop = asyncio.get_running_loop()
        self._epoll = select.epoll()
        self._down, up = socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)
        for end in (self._down, up):
            end.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 1 << 20)
            end.setblocking(False)
        self._up = up
        self._arrivals = np.zeros(CAPACITY, ARRIVAL)
        self._sink = ffi.new("struct sink *")
        self._sink.epoll, self._sink.up = self._epoll.fileno(), up.fileno()
        self._sink.sample, self._sink.capacity = SAMPLE, CAPACITY
        self._sink.arrivals = ffi.cast("void *", self._arrivals.ctypes.data)
        self._loop.add_reader(self._down.fileno(), self._handed)
        self._thread = threading.Thread(target=self._receive, name="mill", daemon=True)
        self._thread.start()

    def watch(self, number: int) -> None:
        """Receive on the socket of that number from now on."""
        if _library().mill_timestamps(number):
            raise OSError("the kernel gives no timestamps")
        self._epoll.register(number, select.EPOLLIN)

    def forget(self, number: int) -> None:
        """Stop receiving on it."""
        self._epoll.unregister(number)

    def begin(self) -> None:
        """Drop the arrivals so far; call while nothing is being sent."""
        self._sink.count = 0

    def arrivals(self) -> NDArray[Any]:
        """Return the RTP packets that came since :meth:`begin`, in the order they were read."""
        return self._arrivals[: self._sink.count].copy()

    async def send(self, begin: int, departures: NDArray[Any], packets: bytearray) -> int:
        """Send each packet when it is due after ``begin`` (ns); return how many were refused."""
        return await asyncio.to_thread(self._send, begin, departures, packets)

    def close(self) -> None:
        """Stop receiving."""
        self._sink.stop = 1
        self._thread.join()
        self._loop.remove_reader(self._down.fileno())
        self._epoll.close()
        self._down.close()
        self._up.close()

    def _receive(self) -> None:
        os.sched_setaffinity(0, {self._core})
        _library().mill_receive(self._sink)

    def _send(self, begin: int, departures: NDArray[Any], packets: bytearray) -> int:
        os.sched_setaffinity(0, {self._core})
        where = ffi.cast("void *", departures.ctypes.data)
        refused = _library().mill_send(begin, len(departures), where, ffi.from_buffer(packets))
        return int(refused)

    def _handed(self) -> None:
        while True:
            try:
                data = self._down.recv(4096)
            except BlockingIOError:
                return
            self._take(int.from_bytes(data[:4], "little"), data[4:])

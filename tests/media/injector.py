"""Stands in for a socket: a test gives the plane datagrams from any address through it."""

from __future__ import annotations

import socket
from collections import deque

from kiosk.media.plane.transport.ice_lite import Address
from tests.media.peer import MediaPeer


class Injector:
    """Stands where a socket stands: hands over what it is given, and notes what is sent."""

    def __init__(self, real: dict[Address, MediaPeer]) -> None:
        self._waiting: deque[tuple[bytes, Address]] = deque()
        self._real = real
        self.answered: set[Address] = set()
        """Made-up addresses to which something was sent."""
        self._out = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._out.bind(("127.0.0.1", 0))
        self._out.setblocking(False)

    def close(self) -> None:
        self._out.close()

    def fileno(self) -> int:
        """Where packets for whole rooms leave; made-up addresses are all on loopback."""
        return self._out.fileno()

    def put(self, data: bytes, address: Address) -> None:
        self._waiting.append((data, address))

    def __len__(self) -> int:
        return len(self._waiting)

    def recvfrom_into(self, buffer: bytearray) -> tuple[int, Address]:
        if not self._waiting:
            raise BlockingIOError
        data, address = self._waiting.popleft()
        size = min(len(data), len(buffer))
        buffer[:size] = data[:size]
        return size, address

    def sendto(self, data: bytes | memoryview, address: Address) -> int:
        if address not in self._real:
            self.answered.add(address)
            return len(data)
        return self._out.sendto(data, address)

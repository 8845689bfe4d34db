"""The UDP port: its sockets and their addresses. No state of any call here.

One socket for each local address, so that an answer is sent from the address the request came to.
"""

from __future__ import annotations

import asyncio
import errno
import socket
import struct
from collections.abc import Callable, Iterable
from functools import partial

from kiosk.media.addresses import ANY
from kiosk.media.plane.transport.ice_lite import Address

BUFFER = 8 << 20
"""Bytes requested of the kernel for each direction; it may grant fewer."""

SO_SNDBUFFORCE, SO_RCVBUFFORCE = 32, 33
"""Linux's own constants, missing in the socket module (socket(7))."""

PORT_TRIES = 20


def open_sockets(addresses: Iterable[str], port: int) -> tuple[list[socket.socket], int]:
    """Open the port on every local address; ``port`` 0 picks one that is free on all of them.

    Raises OSError when it is taken or an address is not this machine's.
    """
    for attempt in range(PORT_TRIES):
        try:
            return _open_all(_without_doubles(addresses), port)
        except OSError as error:
            if port or error.errno != errno.EADDRINUSE or attempt == PORT_TRIES - 1:
                raise
    raise AssertionError("unreachable")


def _without_doubles(addresses: Iterable[str]) -> list[str]:
    """Keep one of each; a wildcard replaces its family, whose other sockets could not be bound."""
    chosen = list(dict.fromkeys(addresses))
    for wildcard in ANY.values():
        if wildcard in chosen:
            chosen = [a for a in chosen if a == wildcard or (":" in a) != (":" in wildcard)]
    return chosen


def _open_all(addresses: list[str], port: int) -> tuple[list[socket.socket], int]:
    opened: list[socket.socket] = []
    try:
        for address in addresses:
            opened.append(_open(address, port))
            port = port or opened[0].getsockname()[1]
    except OSError:
        for one in opened:
            one.close()
        raise
    return opened, port


def _open(address: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    one = socket.socket(family, socket.SOCK_DGRAM)
    try:
        one.setblocking(False)
        if family == socket.AF_INET6:
            one.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        _enlarge(one)
        one.bind((address, port))
    except OSError:
        one.close()
        raise
    return one


def _enlarge(one: socket.socket) -> None:
    """Request buffers large enough while the process waits for the processor (decision 0056)."""
    for option, beyond_the_limit in (
        (socket.SO_RCVBUF, SO_RCVBUFFORCE),
        (socket.SO_SNDBUF, SO_SNDBUFFORCE),
    ):
        try:
            one.setsockopt(socket.SOL_SOCKET, beyond_the_limit, BUFFER)
        except OSError:  # without CAP_NET_ADMIN: up to net.core.rmem_max
            one.setsockopt(socket.SOL_SOCKET, option, BUFFER)


# family (host order), port, address; IPv6 has flow before it and scope after it
_IPV4 = struct.Struct("=H2s4s20x")
_IPV6 = struct.Struct("=H2s4s16sL")
NAME_BYTES = _IPV6.size
"""A shorter sockaddr_in is padded: ip(7) requires no exact length."""


def sockaddr(address: Address) -> bytes:
    """Return the kernel's form of ``address``, :data:`NAME_BYTES` long."""
    port = address[1].to_bytes(2)
    if len(address) == 2:
        return _IPV4.pack(socket.AF_INET, port, socket.inet_aton(address[0]))
    host = socket.inet_pton(socket.AF_INET6, address[0].partition("%")[0])
    return _IPV6.pack(socket.AF_INET6, port, address[2].to_bytes(4), host, address[3])


class UdpPort:
    """The opened sockets, read by the running loop through ``readable(socket)``."""

    def __init__(
        self,
        addresses: Iterable[str],
        port: int,
        readable: Callable[[socket.socket], None],
    ) -> None:
        self._loop = asyncio.get_running_loop()
        self._sockets, self.port = open_sockets(addresses, port)
        for one in self._sockets:
            self._loop.add_reader(one.fileno(), partial(readable, one))

    def close(self) -> None:
        """Stop reading and close every socket."""
        for one in self._sockets:
            self._loop.remove_reader(one.fileno())
            one.close()
        self._sockets = []

"""This machine's own address, and free ports given by the system: no test ever names one."""

from __future__ import annotations

import socket

from kiosk.media.addresses import announced

OWN_ADDRESS = announced(())[0].public
"""The address under which this machine's other interfaces reach it (no packet is sent)."""


def listening_socket() -> socket.socket:
    """Return a bound TCP socket on 127.0.0.1; a server that takes it never races for its port."""
    sock = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    sock.bind(("127.0.0.1", 0))
    return sock


def free_port(*, udp_offset: int = 0) -> int:
    """Return a TCP port that is free now; with ``udp_offset``, port + offset is free for UDP too.

    For programs that must be told their port; another one could take it in between, which their
    own start-up check would say.
    """
    while True:
        with listening_socket() as sock:
            port = int(sock.getsockname()[1])
        if not udp_offset:
            return port
        if port + udp_offset <= 65535 and _udp_is_free(port + udp_offset):
            return port


def _udp_is_free(port: int) -> bool:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.bind(("0.0.0.0", port))
        except OSError:
            return False
        return True

"""Ports: taken before anything is built, so that a busy one is said in one sentence."""

from __future__ import annotations

import socket


class PortTakenError(Exception):
    """The sentence for whoever typed the command."""


def listen(host: str, port: int) -> socket.socket:
    """Return a TCP socket bound to ``host``:``port``; raise :class:`PortTakenError`."""
    sock = socket.socket(_family(host), socket.SOCK_STREAM)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    _bind(sock, host, port, "Choose another: make run PORT=…")
    sock.set_inheritable(False)
    return sock


def check_udp(port: int) -> None:
    """Raise :class:`PortTakenError` when the media plane could not have its port."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        _bind(sock, "0.0.0.0", port, "Choose another with KIOSK_MEDIA_PORT, or another PORT.")


def _family(host: str) -> socket.AddressFamily:
    return socket.AF_INET6 if ":" in host else socket.AF_INET


def _bind(sock: socket.socket, host: str, port: int, advice: str) -> None:
    try:
        sock.bind((host, port))
    except OSError as error:
        kind = "UDP port" if sock.type == socket.SOCK_DGRAM else "Port"
        sock.close()
        raise PortTakenError(f"{kind} {port} cannot be used: {error.strerror}. {advice}") from error

"""Bind the web port before anything else, so that a busy port gives one sentence and no trace."""

from __future__ import annotations

import socket


class PortTakenError(Exception):
    """The port cannot be bound; the message says so to the command's user."""


def listen(host: str, port: int) -> socket.socket:
    """Return a TCP socket bound to ``host``:``port``; raise :class:`PortTakenError`."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    sock = socket.socket(family, socket.SOCK_STREAM)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        sock.bind((host, port))
    except OSError as error:
        sock.close()
        advice = "Choose another: make run PORT=…"
        raise PortTakenError(f"Port {port} cannot be used: {error.strerror}. {advice}") from error
    sock.set_inheritable(False)
    return sock

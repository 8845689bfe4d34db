"""Every bound of the web edge in one place: times in seconds, sizes in bytes, counts otherwise.

docs/limits.md lists them with what happens beyond.
"""

from __future__ import annotations

from dataclasses import dataclass

MAX_BODY = 1_000_000
"""Bytes of a request's body, unless its route declares more."""


@dataclass(frozen=True, slots=True)
class Bounds:
    """What an installation may tune, and what tests shorten."""

    headers_s: float = 10.0
    """From the opening of a connection, or the first byte of a request, to its last header."""

    keep_alive_s: float = 15.0
    """How long a connection may stay open between two requests; pages poll every 2 to 5 s."""

    unread_s: float = 30.0
    """How long a visitor may leave an answer unread."""

    first_body_byte_s: float = 10.0
    body_s: float = 20.0
    body_bytes_per_s: int = 20_000
    """A body has ``body_s``, and a second more for each ``body_bytes_per_s`` that it announces."""

    body_in_memory: int = 64 * 1024
    """Of one body; the rest of it is kept on disk until it is whole."""

    bodies: int = 64_000_000
    """On disk, of all bodies together that are being read or answered."""

    connections: int = 4000
    connections_per_address: int = 500
    """Of one address, /64 for IPv6, where no proxy stands in front: a building."""

    web_sockets: int = 2000
    """Behind a proxy, of one address as the proxy tells it: ``web_sockets_per_address``."""
    web_sockets_per_address: int = 300

    requests: int = 400
    """Requests that are being read or answered at the same time."""

    requests_per_address: int = 200
    requests_per_holder: int = 32
    """Of one session cookie: four pages of one person, each with all it loads."""

    unfinished_bodies: int = 128
    unfinished_bodies_per_address: int = 48
    """The longest unfinished one gives way (408) to one more."""

    socket_bytes_per_s: float = 1000.0
    socket_bytes_burst: float = 8192.0
    """From a page over its WebSocket, before a frame is parsed; more is left in the network."""

    socket_bytes_held: int = 64 * 1024
    """Of one WebSocket, received and not yet parsed; one that sends more is ended."""

    fragments: int = 16
    """Frames of one WebSocket message."""


FILES_KEPT = 256
"""Open files that are not connections: database, helpers, log, files being read."""

FILES_WANTED = 8192

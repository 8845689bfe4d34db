"""JSON lines between the web process and the media process: one object a line, bounded.

Described in docs/signaling.md.
"""

from __future__ import annotations

import json
from typing import Any

MAX_LINE = 256 * 1024
"""Bytes of one line; an SDP of 64 kB fits even when every character is escaped."""


class BadLine(ValueError):
    """The line is not one JSON object."""


def encode(message: dict[str, Any]) -> bytes:
    """Return ``message`` as one line."""
    return json.dumps(message, separators=(",", ":")).encode() + b"\n"


def decode(line: bytes) -> dict[str, Any]:
    """Return the object in ``line``; raises :class:`BadLine`."""
    try:
        message = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise BadLine(str(error)) from error
    if not isinstance(message, dict):
        raise BadLine("not an object")
    return message

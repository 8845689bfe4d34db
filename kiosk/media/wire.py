"""JSON lines between the web process and the media process: one object a line, bounded in length.

The objects are typed in ``messages.py`` and described in docs/signaling.md.
"""

from __future__ import annotations

from typing import TypeVar

import msgspec

from kiosk.media.messages import UNREADABLE, Failure, Reply

MAX_LINE = 256 * 1024
"""Bytes of one line; a session description of 64 kB fits even when every character is escaped."""

Value = TypeVar("Value")
_encoder = msgspec.json.Encoder()


class BadLine(ValueError):
    """The line is not one object of the type that was asked for."""


def encode(message: object) -> bytes:
    """Return ``message``, a struct or a dataclass, as one line."""
    return _encoder.encode(message) + b"\n"


def read(line: bytes | msgspec.Raw, decoder: msgspec.json.Decoder[Value]) -> Value:
    """Return the object in ``line``; raise :class:`BadLine`."""
    try:
        return decoder.decode(line)
    except UNREADABLE as error:
        raise BadLine(str(error)) from error


def reply(result: object, *, to: int | str | None = None) -> bytes:
    """Return the line that answers the request with id ``to``."""
    return encode(Reply(id=to, ok=msgspec.Raw(_encoder.encode(result))))


def refusal(code: str, status: int, *, to: int | str | None = None) -> bytes:
    """Return the line that refuses the request with id ``to``."""
    return encode(Reply(id=to, error=Failure(code, status)))

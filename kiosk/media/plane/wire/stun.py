"""Reads STUN binding requests and writes answers: RFC 8489 as ICE uses it.

The codec is aioice's; on malformed input it may raise almost anything, which is caught here.
"""

from __future__ import annotations

import secrets
import struct

from aioice import stun

HEADER = 20
BINDING_REQUEST = 0x0001
COOKIE = 0x2112A442
_COOKIE = COOKIE.to_bytes(4)
USERNAME = 0x0006
MAX_UFRAG = 256
"""Characters (RFC 8445 §5.3)."""


class Credentials:
    """User name fragment and password of a browser's checks: 32 and 128 random bits."""

    __slots__ = ("password", "ufrag")

    def __init__(self) -> None:
        self.ufrag = secrets.token_hex(4)
        self.password = secrets.token_hex(16)


class BindingRequest:
    """One parsed binding request, not yet authenticated."""

    __slots__ = ("_message", "nominates", "transaction", "ufrag")

    def __init__(self, message: stun.Message, ufrag: str) -> None:
        self._message = message
        self.ufrag = ufrag
        self.nominates = "USE-CANDIDATE" in message.attributes
        self.transaction = message.transaction_id

    def signed_with(self, password: bytes) -> bool:
        """Return whether MESSAGE-INTEGRITY fits the password; takes constant time."""
        return bool(self._message.check_message_integrity(password))


def ufrag_of(data: bytes) -> str:
    """Return the ufrag a binding request is for, reading as little as possible; "" for all else."""
    if len(data) < HEADER or data[4:8] != _COOKIE or data[0] or data[1] != BINDING_REQUEST:
        return ""
    position = HEADER
    while position + 4 <= len(data):
        length = data[position + 2] << 8 | data[position + 3]
        position += 4
        if data[position - 4] == 0 and data[position - 3] == USERNAME:
            name = data[position : position + length].split(b":", 1)[0]
            return name.decode("ascii", "replace") if len(name) <= MAX_UFRAG else ""
        position += length + -length % 4
    return ""


def parse_request(data: bytes) -> BindingRequest | None:
    """Return the binding request in ``data``, or None for everything else, however malformed."""
    if len(data) < HEADER or len(data) % 4:
        return None
    kind, length, cookie = struct.unpack_from("!HHL", data)
    if kind != BINDING_REQUEST or cookie != COOKIE or length != len(data) - HEADER:
        return None
    try:
        message = stun.parse_message(data)
    except Exception:  # noqa: BLE001 - struct.error, IndexError, ValueError, UnicodeDecodeError, …
        return None
    username = message.attributes.get("USERNAME")
    if username is None or "MESSAGE-INTEGRITY" not in message.attributes:
        return None
    return BindingRequest(message, username.split(":", 1)[0])


def success(transaction: bytes, address: tuple[str, int], password: bytes) -> bytes:
    """Build the signed answer, which holds the browser's address as seen from here."""
    message = stun.Message(
        message_method=stun.Method.BINDING,
        message_class=stun.Class.RESPONSE,
        transaction_id=transaction,
    )
    message.attributes["XOR-MAPPED-ADDRESS"] = address
    message.add_message_integrity(password)
    return bytes(message)

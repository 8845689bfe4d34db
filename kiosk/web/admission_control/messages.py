"""The types of ASGI, and how to read a header."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

Scope = dict[str, Any]
Message = dict[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
AsgiApp = Callable[[Scope, Any, Any], Awaitable[None]]


def header(scope: Scope, name: bytes) -> str:
    """Return a header's value, the last one where there are several; empty without."""
    for key, value in reversed(scope["headers"]):
        if key == name:
            return str(value.decode("latin-1"))
    return ""

"""The WebSockets of pages, before Socket.IO reads them: which frames, how fast, joined by when.

A page of ours sends one ticket, and then nothing but the answers to Engine.IO's pings. Whatever a
page has to say goes by POST, so that everything else is either ignored unread (events, which
Socket.IO would parse for nobody) or ends its socket. Decision 0297.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable
from enum import Enum
from typing import Any
from urllib.parse import parse_qs

from kiosk.system.allowance import Allowance

Scope = dict[str, Any]
Message = dict[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
AsgiApp = Callable[[Scope, Any, Any], Awaitable[None]]

PATH = "/socket.io/"
JOINED_WITHIN_S = 10.0
"""From the opening of a socket to a ticket that was accepted."""

FRAMES_PER_S = 20.0
FRAMES_BURST = 100.0
"""Of one socket; what comes faster waits unread. A page sends three a minute."""

FRAMES_LATE = 60
"""So many that had to wait end their socket: three seconds of sending too fast."""

MAX_FRAME = 2048
"""Characters of a frame: a ticket for twenty topics has less than a thousand."""

POLICY_VIOLATION = 1008

BAD_FRAME, NOT_JOINED, BAD_ADDRESS = (
    "realtime.bad_frame",
    "realtime.not_joined",
    "realtime.bad_address",
)
"""Reasons for closing a socket, as its page, the counters and the log get them."""


class Verdict(Enum):
    """What becomes of a frame."""

    PASS = "pass"  # noqa: S105 - not a password
    IGNORE = "ignore"
    END = "end"


class Grammar:
    """The frames that one page may send: Engine.IO's packet type, then Socket.IO's."""

    _PASSED = re.compile(r"3|1|41")
    """Pong, close, disconnect."""

    _TICKET = re.compile(r"40(\{.*\})?", re.DOTALL)
    _EVENT = re.compile(r"42\d{0,9}\[.*\]", re.DOTALL)

    def __init__(self) -> None:
        self._showed_ticket = False

    def read(self, message: Message) -> Verdict:
        """Judge one frame by its beginning and end; nothing is parsed."""
        text = message.get("text")
        if not isinstance(text, str) or len(text) > MAX_FRAME:
            return Verdict.END
        if self._PASSED.fullmatch(text):
            return Verdict.PASS
        if self._TICKET.fullmatch(text):
            # A second one would join again, and begin every count anew.
            first, self._showed_ticket = not self._showed_ticket, True
            return Verdict.PASS if first else Verdict.END
        return Verdict.IGNORE if self._EVENT.fullmatch(text) else Verdict.END


class PageSocket:
    """One WebSocket between its page and Socket.IO."""

    def __init__(self, receive: Receive, send: Send, note: Callable[[str], None]) -> None:
        self._receive, self._send, self._note = receive, send, note
        loop = asyncio.get_running_loop()
        self._now = loop.time
        self._join_by = self._now() + JOINED_WITHIN_S
        self._pace = Allowance(FRAMES_PER_S, FRAMES_BURST, self._now())
        self._grammar = Grammar()
        self._late = 0
        self._joined = False
        self._reason = ""

    async def receive(self) -> Message:
        """Return the next message that Socket.IO may read; a disconnect when there is none."""
        try:
            async with asyncio.timeout_at(None if self._joined else self._join_by):
                message = await self._next()
        except TimeoutError:
            # An earlier receive may have begun before the page joined.
            return await self.receive() if self._joined else self._end(NOT_JOINED)
        return self._end(BAD_FRAME) if message is None else message

    async def send(self, message: Message) -> None:
        """Pass what Socket.IO sends; a close says why."""
        text = message.get("text")
        if message["type"] == "websocket.send" and isinstance(text, str):
            self._joined = self._joined or text.startswith("40")
        elif message["type"] == "websocket.close" and self._reason:
            message = {**message, "code": POLICY_VIOLATION, "reason": self._reason}
        await self._send(message)

    async def _next(self) -> Message | None:
        while True:
            message = await self._receive()
            if message["type"] != "websocket.receive":
                return message
            verdict = self._grammar.read(message)
            if verdict is Verdict.END:
                return None
            if wait_s := self._pace.wait_for(1, self._now()):
                self._late += 1
                if self._late > FRAMES_LATE:
                    return None
                await asyncio.sleep(wait_s)
            if verdict is Verdict.PASS:
                return message

    def _end(self, reason: str) -> Message:
        self._reason = reason
        self._note(reason)
        return {"type": "websocket.disconnect", "code": POLICY_VIOLATION}


class Sockets:
    """The ASGI application of the pages' WebSockets; ``note`` counts what is ended, by reason."""

    def __init__(self, socket_io: AsgiApp, *, note: Callable[[str], None]) -> None:
        self._socket_io, self._note = socket_io, note

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one WebSocket; refuse one with another address than pages use."""
        if not _is_ours(scope):
            self._note(BAD_ADDRESS)
            await send({"type": "websocket.close", "code": POLICY_VIOLATION})
            return
        page = PageSocket(receive, send, self._note)
        await self._socket_io(scope, page.receive, page.send)


def _is_ours(scope: Scope) -> bool:
    # Anything else would be a fault in Engine.IO's log.
    asked = parse_qs(scope["query_string"].decode("latin-1"))
    asked.pop("t", None)
    return scope["path"] == PATH and asked == {"EIO": ["4"], "transport": ["websocket"]}

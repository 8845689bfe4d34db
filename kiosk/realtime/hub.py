"""The hub: one Socket.IO server that joins pages to their topics and nudges them.

Handlers run in the event loop of the web process; :meth:`Hub.nudge` may be called from any
thread. Pages send nothing but their ticket. Messages: docs/signaling.md, section "Nudges".
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Coroutine, Mapping
from functools import partial
from typing import Any

import socketio
import structlog
from socketio.exceptions import ConnectionRefusedError as Refused

from kiosk.errors import KioskError
from kiosk.realtime import tickets
from kiosk.realtime.origins import is_ours

MAX_MESSAGE_BYTES = 2048
SOCKETS_PER_HOLDER = 8
"""Of one visit or account: the tabs of one person, and those that a lost network left behind.
Where a ticket names no holder, of one set of topics. A page beyond that polls."""

SOCKETS: dict[str, Any] = {
    "ws": "websockets-sansio",
    "ws_max_size": MAX_MESSAGE_BYTES,
    # Messages are tiny; compressing them would cost memory for every page that is open.
    "ws_per_message_deflate": False,
}
"""How the web server (uvicorn) handles the hub's sockets."""

log = structlog.get_logger()


class TooManySockets(KioskError):
    """The holder of the ticket has as many sockets as one person needs."""

    code = "realtime.too_many"
    status = 429


class Hub:
    """Pages on one side, topics on the other."""

    def __init__(self, secret: str, public_url: str = "") -> None:
        self._secret = secret
        self._loop: asyncio.AbstractEventLoop | None = None
        self._topics: dict[str, frozenset[str]] = {}
        self._holders: dict[str, str] = {}
        self._sockets_of: Counter[str] = Counter()
        # WebSocket only: where it is blocked the page polls its state, so the long-polling
        # transport would be a second, heavier way to do the same.
        self.server = socketio.AsyncServer(
            async_mode="asgi",
            transports=["websocket"],
            cors_allowed_origins=partial(is_ours, public_url=public_url),
            max_http_buffer_size=MAX_MESSAGE_BYTES,
            ping_interval=20,
            ping_timeout=20,
            logger=False,
            engineio_logger=False,
        )
        self.server.on("connect", self._connect)
        self.server.on("disconnect", self._disconnect)

    def attach(self, loop: asyncio.AbstractEventLoop) -> None:
        """Name the loop that serves the sockets; called once, in that loop, before any page."""
        self._loop = loop

    def topics(self) -> set[str]:
        """Return every topic that a connected page listens to; any thread."""
        return set().union(*list(self._topics.values()))

    def nudge(self, revisions: Mapping[str, int]) -> None:
        """Send each topic's new revision to its pages; any thread, never blocks."""
        for topic, revision in revisions.items():
            self._soon(
                self.server.emit("nudge", {"topic": topic, "revision": revision}, room=topic)
            )

    async def close(self) -> None:
        """Stop nudging.

        The web server closes the pages' sockets, so that they connect again by themselves; a
        Socket.IO disconnect packet would make them stay away.
        """
        self._loop = None
        await self.server.shutdown()

    def _soon(self, work: Coroutine[Any, Any, None]) -> None:
        if self._loop is None or self._loop.is_closed():
            work.close()
            return
        asyncio.run_coroutine_threadsafe(work, self._loop)

    async def _connect(self, sid: str, _environ: object, auth: object = None) -> None:
        shown = auth.get("ticket") if isinstance(auth, dict) else None
        try:
            ticket = tickets.read(self._secret, shown)
        except tickets.BadTicket as error:
            log.info("realtime.refused", error=error.code)
            raise Refused(error.code) from error
        self._count(sid, ticket)
        # Before the page learns that it is connected and reads its state: what is committed after
        # that read is nudged.
        self._topics[sid] = ticket.topics
        for topic in ticket.topics:
            await self.server.enter_room(sid, topic)

    async def _disconnect(self, sid: str, _reason: object = None) -> None:
        self._topics.pop(sid, None)
        holder = self._holders.pop(sid, None)
        if holder is not None:
            self._sockets_of[holder] -= 1
            if not self._sockets_of[holder]:
                del self._sockets_of[holder]

    def _count(self, sid: str, ticket: tickets.Ticket) -> None:
        holder = ticket.holder or " ".join(sorted(ticket.topics))
        if self._sockets_of[holder] >= SOCKETS_PER_HOLDER:
            log.info("realtime.refused", error=TooManySockets.code)
            raise Refused(TooManySockets.code)
        self._sockets_of[holder] += 1
        self._holders[sid] = holder

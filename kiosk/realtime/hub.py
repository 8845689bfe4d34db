"""The hub: one Socket.IO server that joins pages to their topics and nudges them.

Handlers run in the event loop of the web process; :meth:`Hub.nudge` may be called from any
thread. Every message is described in docs/signaling.md, section "Nudges".
"""

from __future__ import annotations

import asyncio
import math
from collections.abc import Coroutine, Mapping
from typing import Any

import socketio
import structlog
from socketio.exceptions import ConnectionRefusedError as Refused

from kiosk.realtime import tickets
from kiosk.realtime.pace import Pace

MAX_MESSAGE_BYTES = 2048
SOCKETS: dict[str, Any] = {
    "ws": "websockets-sansio",
    "ws_max_size": MAX_MESSAGE_BYTES,
    # Messages are tiny; compressing them would cost memory for every page that is open.
    "ws_per_message_deflate": False,
}
"""How the web server (uvicorn) handles the hub's sockets."""

FLEETING_PER_S = 15
FLEETING_BURST = 30

log = structlog.get_logger()


class Hub:
    """Pages on one side, topics on the other."""

    def __init__(self, secret: str) -> None:
        self._secret = secret
        self._loop: asyncio.AbstractEventLoop | None = None
        # WebSocket only: where it is blocked the page polls its state, so the long-polling
        # transport would be a second, heavier way to do the same.
        self.server = socketio.AsyncServer(
            async_mode="asgi",
            transports=["websocket"],
            max_http_buffer_size=MAX_MESSAGE_BYTES,
            ping_interval=20,
            ping_timeout=20,
            logger=False,
            engineio_logger=False,
        )
        self.server.on("connect", self._connect)
        self.server.on("fleeting", self._fleeting)

    def attach(self, loop: asyncio.AbstractEventLoop) -> None:
        """Name the loop that serves the sockets; called once, in that loop, before any page."""
        self._loop = loop

    def nudge(self, revisions: Mapping[str, int]) -> None:
        """Tell every page of each topic its new revision; any thread, never blocks."""
        for topic, revision in revisions.items():
            self._soon(
                self.server.emit("nudge", {"topic": topic, "revision": revision}, room=topic)
            )

    async def close(self) -> None:
        """Stop nudging. The pages' sockets are closed by the web server, which makes them come
        back by themselves; a Socket.IO farewell would tell them to stay away."""
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
        await self.server.save_session(
            sid, {"ticket": ticket, "pace": Pace(FLEETING_PER_S, FLEETING_BURST)}
        )
        for topic in ticket.topics:
            await self.server.enter_room(sid, topic)

    async def _fleeting(self, sid: str, message: object = None) -> None:
        session = await self.server.get_session(sid)
        ticket: tickets.Ticket = session["ticket"]
        if not session["pace"].allows():
            return
        relayed = fleeting(message, ticket)
        if relayed is not None:
            await self.server.emit("fleeting", relayed, room=relayed["topic"], skip_sid=sid)


def fleeting(message: object, ticket: tickets.Ticket) -> dict[str, Any] | None:
    """Return what may be passed on of a page's ``fleeting`` message; None when nothing may.

    ``typing`` carries a truth value, ``level`` a sound level from 0 to 1. Unknown members are
    dropped; a topic that the ticket does not name is silence.
    """
    if not isinstance(message, dict):
        return None
    topic, kind, value = message.get("topic"), message.get("kind"), message.get("value")
    if not isinstance(topic, str) or topic not in ticket.topics:
        return None
    if kind == "typing" and isinstance(value, bool):
        return {"topic": topic, "kind": kind, "value": value, "who": ticket.who}
    if kind == "level" and _is_level(value):
        return {"topic": topic, "kind": kind, "value": value, "who": ticket.who}
    return None


def _is_level(value: object) -> bool:
    number = isinstance(value, int | float) and not isinstance(value, bool)
    return number and math.isfinite(value) and 0 <= value <= 1  # type: ignore[arg-type,operator]

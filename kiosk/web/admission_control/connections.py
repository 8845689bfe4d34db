"""Connections: their number, their deadlines, and the pace of what comes over a WebSocket.

uvicorn 0.54 has no deadline for headers, none for an answer that is not read, and counts nothing by
address: its two protocols are extended here (decision 0296), by what asyncio calls on them.
"""

from __future__ import annotations

import asyncio
from functools import partial
from typing import Any, Protocol

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.frames import Frame

from kiosk.system.allowance import Allowance
from kiosk.system.networks import network_of
from kiosk.system.shares import Places
from kiosk.web.admission_control.bounds import Bounds
from kiosk.web.admission_control.refusals import Refusals

BEHIND_PROXIES = "proxy"
UNREAD, CROWDED, TOO_FAST, FRAGMENTED, SILENT, PIPELINED = (
    "edge.unread",
    "edge.connections",
    "edge.socket_too_fast",
    "edge.fragments",
    "edge.silent",
    "edge.pipelined",
)
"""Kinds of connection that are ended without an answer, as counted and logged."""


class Connection(Protocol):
    """What the register of connections knows of one."""

    transport: asyncio.Transport

    def gives_way(self) -> bool:
        """Whether it is idle, so that a new one may take its place."""


class Connections:
    """Every open connection; makes the two protocols that uvicorn is configured with."""

    def __init__(self, bounds: Bounds, refusals: Refusals, *, most: int, proxies: bool) -> None:
        self.bounds, self.refusals = bounds, refusals
        self._proxies = proxies
        total = min(bounds.connections, most)
        self._places: Places[Connection] = Places(
            total=total,
            # Behind a proxy every connection has its address; the proxy bounds them itself.
            per_owner=total if proxies else bounds.connections_per_address,
            gives_way=lambda connection: connection.gives_way(),
            end=self._end,
        )

    def protocols(self) -> dict[str, Any]:
        """Return the options with which uvicorn uses this register."""
        return {"http": partial(HttpConnection, self), "ws": partial(SocketConnection, self)}

    def admit(self, connection: Connection) -> str | None:
        """Take a new connection in; return its owner, or None: there is no place."""
        owner = BEHIND_PROXIES if self._proxies else _owner(connection.transport)
        if self._places.take(owner, connection):
            return owner
        self.refusals.note(CROWDED)
        return None

    def forget(self, owner: str | None, connection: Connection) -> None:
        """Free the place of a connection that is closed."""
        if owner is not None:
            self._places.give_back(owner, connection)

    def _end(self, connection: Connection) -> None:
        self.refusals.note(CROWDED)
        connection.transport.abort()


class _EndedUnread(asyncio.Protocol):
    """A connection that is ended when the other side does not read what is sent to it."""

    loop: asyncio.AbstractEventLoop
    transport: asyncio.Transport
    _register: Connections
    _unread: asyncio.TimerHandle | None = None

    def pause_writing(self) -> None:
        """The other side does not read: give it some time."""
        super().pause_writing()
        if self._unread is None:
            self._unread = self.loop.call_later(self._register.bounds.unread_s, self._not_read)

    def resume_writing(self) -> None:
        """It reads again."""
        self._unread = _cancelled(self._unread)
        super().resume_writing()

    def _not_read(self) -> None:
        self._register.refusals.note(UNREAD)
        self.transport.abort()


class HttpConnection(_EndedUnread, H11Protocol):
    """uvicorn's HTTP connection, with deadlines for what the visitor owes."""

    def __init__(self, register: Connections, **given: Any) -> None:
        super().__init__(**given)
        self._register = register
        self._owner: str | None = None
        self._due: asyncio.TimerHandle | None = None

    def gives_way(self) -> bool:
        """Whether no request is being answered."""
        return self.cycle is None or self.cycle.response_complete

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Take a place; the first request is due."""
        super().connection_made(transport)
        self._owner = self._register.admit(self)
        if self._owner is None:
            transport.abort()
        else:
            self._look()

    def data_received(self, data: bytes) -> None:
        """Read what came; the deadline ends with the last header."""
        super().data_received(data)
        self._look()

    def on_response_complete(self) -> None:
        """Wait for the next request; end a connection that has sent it before its turn.

        Browsers and proxies wait for the answer. Otherwise a packet of a hundred requests would
        keep its place in front of other people's pages for as long as all of them take.
        """
        if self.conn.their_state is h11.DONE and self.conn.trailing_data[0].strip():
            self._register.refusals.note(PIPELINED)
            self.transport.close()
        super().on_response_complete()
        self._look()

    def connection_lost(self, exc: Exception | None) -> None:
        """Free the place."""
        self._leave()
        super().connection_lost(exc)

    def handle_websocket_upgrade(self, event: h11.Request) -> None:
        """Hand the place over to the WebSocket."""
        self._leave()
        super().handle_websocket_upgrade(event)

    def _look(self) -> None:
        # While uvicorn's own timer for idle connections runs, this one need not.
        waits = self.gives_way() and self.timeout_keep_alive_task is None
        if not waits or self._owner is None:
            self._due = _cancelled(self._due)
        elif self._due is None:
            self._due = self.loop.call_later(self._register.bounds.headers_s, self._late)

    def _late(self) -> None:
        if self.transport.is_closing():
            return
        if self.conn.their_state is h11.IDLE and self.conn.trailing_data[0]:
            self.transport.write(self._register.refusals.late())
        else:
            self._register.refusals.note(SILENT)
        self.transport.close()

    def _leave(self) -> None:
        self._due, self._unread = _cancelled(self._due), _cancelled(self._unread)
        self._register.forget(self._owner, self)
        self._owner = None


class SocketConnection(_EndedUnread, WebSocketsSansIOProtocol):
    """uvicorn's WebSocket, read at a pace.

    What comes too fast is left in the network: the visitor's own sending stops. What still arrives
    then is kept up to a bound.
    """

    def __init__(self, register: Connections, **given: Any) -> None:
        super().__init__(**given)
        self._register = register
        bounds = register.bounds
        self._allowance = Allowance(
            bounds.socket_bytes_per_s, bounds.socket_bytes_burst, self.loop.time()
        )
        self._owner: str | None = None
        self._held = bytearray()
        self._later: asyncio.TimerHandle | None = None

    def gives_way(self) -> bool:
        """A WebSocket that joined nothing is ended by the hub; one that did is in use."""
        return False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Take the place of the request that asked for it."""
        super().connection_made(transport)
        self._owner = self._register.admit(self)
        if self._owner is None:
            self.transport.abort()

    def connection_lost(self, exc: Exception | None) -> None:
        """Free the place."""
        self._later, self._unread = _cancelled(self._later), _cancelled(self._unread)
        self._register.forget(self._owner, self)
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Parse what came, at once or when it is due."""
        if not self.handshake_initiated:
            super().data_received(data)
            return
        self._held += data
        if self._later is None:
            self._parse()
        else:
            self.transport.pause_reading()
        if len(self._held) > self._register.bounds.socket_bytes_held:
            self._register.refusals.note(TOO_FAST)
            self.transport.abort()

    def handle_cont(self, event: Frame) -> None:
        """End a message that comes in ever more pieces."""
        if len(self.frames) >= self._register.bounds.fragments:
            self._register.refusals.note(FRAGMENTED)
            self.transport.abort()
            return
        super().handle_cont(event)

    def _parse(self) -> None:
        self._later = None
        if self.transport.is_closing():
            return
        most = int(self._register.bounds.socket_bytes_burst)
        piece = bytes(self._held[:most])
        del self._held[:most]
        wait_s = self._allowance.wait_for(len(piece), self.loop.time())
        super().data_received(piece)
        if self._held or wait_s:
            self.transport.pause_reading()
            self._later = self.loop.call_later(wait_s, self._go_on)

    def _go_on(self) -> None:
        self._later = None
        if self._held:
            self._parse()
        elif not self.read_paused and not self.transport.is_closing():
            self.transport.resume_reading()


def _owner(transport: asyncio.Transport) -> str:
    peer = transport.get_extra_info("peername")
    return network_of(str(peer[0])) if peer else ""


def _cancelled(timer: asyncio.TimerHandle | None) -> asyncio.TimerHandle | None:
    if timer is not None:
        timer.cancel()
    return None

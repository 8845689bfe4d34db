"""The unix socket on which the web process commands the plane and hears its events."""

from __future__ import annotations

import asyncio
import contextlib
import os
import socket
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

import structlog

from kiosk.errors import KioskError
from kiosk.media import wire
from kiosk.media.engine import EventKind, MediaEvent
from kiosk.media.plane.process.media_plane import MediaPlane

log = structlog.get_logger()

BACKLOG = 128
"""Commands that may wait for a process that is just being replaced."""

MAX_CONNECTIONS = 64
"""At once; the web process opens one for each command under way, and one for events."""

MAX_EVENTS_WAITING = 1000
"""A listener that falls so far behind is cut off; it reconnects and starts afresh."""


class ControlServer:
    """Serves any number of connections; each takes one request a line, or becomes a listener."""

    def __init__(self, listening: socket.socket, *, seal: str = "") -> None:
        self._listening = listening
        self._seal = seal
        self._tasks: set[asyncio.Task[None]] = set()
        self._plane: MediaPlane | None = None
        self._listeners: set[asyncio.Queue[MediaEvent | None]] = set()
        self._connections: set[asyncio.StreamWriter] = set()

    def emit(self, event: MediaEvent) -> None:
        """Hand an event to every listener."""
        for queue in list(self._listeners):
            if queue.full():
                self._listeners.discard(queue)
                queue.get_nowait()
                queue.put_nowait(None)
            else:
                queue.put_nowait(event)

    @property
    def has_listeners(self) -> bool:
        """Whether anybody hears our events: a web process that lives does."""
        return bool(self._listeners)

    def start(self, plane: MediaPlane) -> None:
        """Take connections, those too that came before."""
        self._plane = plane
        # Not asyncio's own server: it would listen anew, and in whose name a socket listens is by
        # what a web process finds the keeper (SO_PEERCRED is that of the last listen()).
        asyncio.get_running_loop().add_reader(self._listening, self._accept)

    async def stop(self) -> None:
        """Take no more connections and end those there are."""
        asyncio.get_running_loop().remove_reader(self._listening)
        for writer in list(self._connections):
            writer.close()  # which ends the conversation on it
        while self._tasks:
            await asyncio.sleep(0)

    def _accept(self) -> None:
        try:
            connection, _ = self._listening.accept()
        except OSError:  # gone again, or no descriptor left: the next one may do
            return
        if len(self._tasks) >= MAX_CONNECTIONS:
            with contextlib.suppress(OSError), connection:
                connection.setblocking(False)
                connection.send(wire.encode(_error("media.unavailable", 503)))
            return
        connection.setblocking(False)
        task = asyncio.ensure_future(self._serve(connection))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _serve(self, connection: socket.socket) -> None:
        reader, writer = await asyncio.open_connection(sock=connection, limit=wire.MAX_LINE)
        self._connections.add(writer)
        # Gone, or a line beyond every bound: nothing more to say on this connection.
        with contextlib.suppress(ConnectionError, ValueError):
            await self._converse(reader, writer)
        self._connections.discard(writer)
        writer.close()

    async def _converse(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while line := await reader.readline():
            try:
                request = wire.decode(line)
            except wire.BadLine:
                writer.write(wire.encode(_error("media.bad_request", 400)))
                await writer.drain()
                continue
            if request.get("do") == "events":
                await self._tell_events(reader, writer)
                return
            writer.write(wire.encode({"id": request.get("id"), **self._perform(request)}))
            await writer.drain()

    def _perform(self, request: dict[str, Any]) -> dict[str, Any]:
        try:
            return {"ok": self._commands()[request["do"]](request)}
        except KioskError as error:
            return _error(error.code, error.status)
        except (KeyError, TypeError):
            return _error("media.bad_request", 400)
        except Exception:
            log.exception("media.command_fault")
            return _error("media.unavailable", 503)

    def _commands(self) -> dict[str, Callable[[dict[str, Any]], dict[str, Any]]]:
        plane = self._plane
        assert plane is not None

        def join(request: dict[str, Any]) -> dict[str, Any]:
            room, participant = _text(request, "room"), _text(request, "participant")
            echo, ahead = (request.get(name) is True for name in ("echo", "ahead"))
            return asdict(plane.join(room, participant, echo=echo, ahead=ahead))

        def answer(request: dict[str, Any]) -> dict[str, Any]:
            generation = request.get("generation", 1)
            if not isinstance(generation, int):
                raise TypeError("generation")
            plane.answer(_text(request, "peer"), _text(request, "sdp"), generation)
            return {}

        def leave(request: dict[str, Any]) -> dict[str, Any]:
            plane.leave(_text(request, "peer"))
            return {}

        def close_room(request: dict[str, Any]) -> dict[str, Any]:
            plane.close_room(_text(request, "room"))
            return {}

        def peers(request: dict[str, Any]) -> dict[str, Any]:
            return {peer.id: peer.connected and not peer.away for peer in plane.peers.values()}

        return {
            "seal": lambda request: {"seal": self._seal, "pid": os.getpid()},
            "peers": peers,
            "join": join,
            "answer": answer,
            "restart": lambda request: asdict(plane.restart(_text(request, "peer"))),
            "leave": leave,
            "close_room": close_room,
            "report": lambda request: asdict(plane.report(_text(request, "peer"))),
            "health": lambda request: asdict(plane.health()),
            "statistics": lambda request: asdict(plane.statistics()),
        }

    async def _tell_events(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        assert self._plane is not None
        queue: asyncio.Queue[MediaEvent | None] = asyncio.Queue(maxsize=MAX_EVENTS_WAITING)
        ready = MediaEvent(EventKind.PLANE_READY.value, "", "", "", self._plane.instance)
        queue.put_nowait(ready)
        self._listeners.add(queue)
        # A listener has nothing more to say: the next thing read is the end of its connection.
        ended = asyncio.ensure_future(reader.read(1))
        ended.add_done_callback(lambda _: _finish(queue))
        try:
            while (event := await queue.get()) is not None:
                writer.write(wire.encode({"event": asdict(event)}))
                await writer.drain()
        finally:
            self._listeners.discard(queue)
            ended.cancel()


def listen(path: Path) -> socket.socket:
    """Return a socket that listens at ``path``; only the owner of this process may connect (0600).

    Raises OSError.
    """
    listening = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    path.unlink(missing_ok=True)
    before = os.umask(0o177)
    try:
        listening.bind(str(path))
    finally:
        os.umask(before)
    listening.listen(BACKLOG)
    listening.setblocking(False)
    return listening


def _finish(queue: asyncio.Queue[MediaEvent | None]) -> None:
    if queue.full():
        queue.get_nowait()
    queue.put_nowait(None)


def _text(request: dict[str, Any], name: str) -> str:
    value = request[name]
    if not isinstance(value, str):
        raise TypeError(name)
    return value


def _error(code: str, status: int) -> dict[str, Any]:
    return {"error": {"code": code, "status": status}}

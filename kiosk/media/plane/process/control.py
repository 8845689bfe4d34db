"""The unix socket on which the web process sends requests to the plane and reads its events."""

from __future__ import annotations

import asyncio
import contextlib
import os
import socket
from pathlib import Path

import structlog

from kiosk.errors import KioskError
from kiosk.media import messages, wire
from kiosk.media.engine import EventKind, MediaEvent
from kiosk.media.plane.process.media_plane import MediaPlane

log = structlog.get_logger()

BACKLOG = 128
"""Connections that may wait while a worker process is being replaced."""

MAX_CONNECTIONS = 64
"""At once; the web process opens one for each request, and one for events."""

MAX_EVENTS_WAITING = 1000
"""A listener further behind is disconnected; it connects again and asks for the peers."""


class ControlServer:
    """Serves the connections of web processes: one request a line, or a stream of events."""

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
        """Whether a web process is connected to the event stream."""
        return bool(self._listeners)

    def start(self, plane: MediaPlane) -> None:
        """Accept connections, also those already waiting."""
        self._plane = plane
        # asyncio's own server would call listen() again, and SO_PEERCRED names the process that did
        # so last: by it a web process finds the keeper.
        asyncio.get_running_loop().add_reader(self._listening, self._accept)

    async def stop(self) -> None:
        """Accept no more connections and close the open ones."""
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
                connection.send(wire.refusal("media.unavailable", 503))
            return
        connection.setblocking(False)
        task = asyncio.ensure_future(self._serve(connection))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _serve(self, connection: socket.socket) -> None:
        reader, writer = await asyncio.open_connection(sock=connection, limit=wire.MAX_LINE)
        self._connections.add(writer)
        # The connection is gone, or a line was longer than MAX_LINE: close it.
        with contextlib.suppress(ConnectionError, ValueError):
            await self._converse(reader, writer)
        self._connections.discard(writer)
        writer.close()

    async def _converse(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while line := await reader.readline():
            try:
                request = wire.read(line, messages.REQUEST)
            except wire.BadLine:
                writer.write(wire.refusal("media.bad_request", 400))
                await writer.drain()
                continue
            if isinstance(request, messages.Events):
                await self._tell_events(reader, writer)
                return
            writer.write(self._perform(request))
            await writer.drain()

    def _perform(self, request: messages.AnyRequest) -> bytes:
        try:
            return wire.reply(self._result(request), to=request.id)
        except KioskError as error:
            return wire.refusal(error.code, error.status, to=request.id)
        except Exception:
            log.exception("media.command_fault")
            return wire.refusal("media.unavailable", 503, to=request.id)

    def _result(self, request: messages.AnyRequest) -> object:
        assert self._plane is not None
        if isinstance(request, messages.AskSeal):
            return messages.Seal(seal=self._seal, pid=os.getpid())
        if isinstance(request, messages.AnyCommand):
            return _do(self._plane, request)
        return _look(self._plane, request)

    async def _tell_events(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        assert self._plane is not None
        queue: asyncio.Queue[MediaEvent | None] = asyncio.Queue(maxsize=MAX_EVENTS_WAITING)
        ready = MediaEvent(EventKind.PLANE_READY.value, "", "", "", self._plane.instance)
        queue.put_nowait(ready)
        self._listeners.add(queue)
        # A listener sends nothing more: whatever is read next means that its connection ends.
        ended = asyncio.ensure_future(reader.read(1))
        ended.add_done_callback(lambda _: _finish(queue))
        try:
            while (event := await queue.get()) is not None:
                writer.write(wire.encode(messages.EventLine(event)))
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


def _do(plane: MediaPlane, command: messages.AnyCommand) -> object:
    match command:
        case messages.Join(room=room, participant=participant, role=role):
            echo, ahead = command.echo, command.ahead
            return plane.join(room, participant, role=role, echo=echo, ahead=ahead)
        case messages.Restart(peer=peer):
            return plane.restart(peer)
        case messages.Answer(peer=peer, sdp=sdp, generation=generation):
            plane.answer(peer, sdp, generation)
        case messages.Leave(peer=peer, reason=reason):
            plane.leave(peer, reason)
        case messages.CloseRoom(room=room, reason=reason):
            plane.close_room(room, reason)
    return {}


def _look(plane: MediaPlane, request: messages.AnyRequest) -> object:
    match request:
        case messages.Report(peer=peer):
            return plane.report(peer)
        case messages.AskHealth():
            return plane.health()
        case messages.AskStatistics():
            return plane.statistics()
    return {peer.id: peer.joined and not peer.away for peer in plane.peers.values()}


def _finish(queue: asyncio.Queue[MediaEvent | None]) -> None:
    if queue.full():
        queue.get_nowait()
    queue.put_nowait(None)

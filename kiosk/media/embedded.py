"""Client of the media process: requests from Flask's threads, events for the web process.

Speaks JSON lines over the unix socket of ``python -m kiosk.media.plane``; knows nothing of packets.
"""

from __future__ import annotations

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator
from pathlib import Path
from typing import TypeVar

import msgspec

from kiosk.errors import MediaError
from kiosk.media import messages, wire
from kiosk.media.engine import CallRole, GoneReason, Health, MediaEvent, Offer, PeerReport
from kiosk.media.statistics import Statistics

TIMEOUT_S = 3.0
RECONNECT_S = 0.2

Result = TypeVar("Result")
_REPLY = msgspec.json.Decoder(messages.Reply)
_EVENT = msgspec.json.Decoder(messages.EventLine)
_NOTHING = msgspec.json.Decoder(dict[str, object])
_OFFER = msgspec.json.Decoder(Offer)
_PEERS = msgspec.json.Decoder(dict[str, bool])
_REPORT = msgspec.json.Decoder(PeerReport)
_HEALTH = msgspec.json.Decoder(Health)
_STATISTICS = msgspec.json.Decoder(Statistics)


class EmbeddedEngine:
    """A :class:`kiosk.media.engine.MediaEngine`; stateless, so any thread may use it."""

    def __init__(self, socket_path: Path) -> None:
        self._path = str(socket_path)

    def join(
        self,
        room: str,
        participant: str,
        *,
        role: CallRole,
        echo: bool = False,
        ahead: bool = False,
    ) -> Offer:
        """See :meth:`kiosk.media.engine.MediaEngine.join`."""
        request = messages.Join(
            room=room, participant=participant, role=role, echo=echo, ahead=ahead
        )
        return self._ask(request, _OFFER)

    def answer(self, peer: str, sdp: str, generation: int = 1) -> None:
        """See :meth:`kiosk.media.engine.MediaEngine.answer`."""
        self._ask(messages.Answer(peer=peer, sdp=sdp, generation=generation), _NOTHING)

    def restart(self, peer: str) -> Offer:
        """See :meth:`kiosk.media.engine.MediaEngine.restart`."""
        return self._ask(messages.Restart(peer=peer), _OFFER)

    def leave(self, peer: str, reason: GoneReason = GoneReason.LEFT) -> None:
        """See :meth:`kiosk.media.engine.MediaEngine.leave`."""
        self._ask(messages.Leave(peer=peer, reason=reason), _NOTHING)

    def close_room(self, room: str, reason: GoneReason = GoneReason.ROOM_CLOSED) -> None:
        """See :meth:`kiosk.media.engine.MediaEngine.close_room`."""
        self._ask(messages.CloseRoom(room=room, reason=reason), _NOTHING)

    def peers(self) -> dict[str, bool]:
        """See :meth:`kiosk.media.engine.MediaEngine.peers`."""
        return self._ask(messages.Peers(), _PEERS)

    def report(self, peer: str) -> PeerReport:
        """See :meth:`kiosk.media.engine.MediaEngine.report`."""
        return self._ask(messages.Report(peer=peer), _REPORT)

    def health(self) -> Health:
        """See :meth:`kiosk.media.engine.MediaEngine.health`."""
        return self._ask(messages.AskHealth(), _HEALTH)

    def statistics(self) -> Statistics:
        """See :meth:`kiosk.media.engine.MediaEngine.statistics`."""
        return self._ask(messages.AskStatistics(), _STATISTICS)

    def _ask(self, request: messages.AnyRequest, result: msgspec.json.Decoder[Result]) -> Result:
        line = wire.encode(request)
        if len(line) > wire.MAX_LINE:
            raise MediaError("media.bad_request", status=400)
        try:
            with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
                connection.settimeout(TIMEOUT_S)
                connection.connect(self._path)
                connection.sendall(line)
                reply = wire.read(_read_line(connection), _REPLY)
            if reply.error is None:
                return wire.read(reply.ok, result)
        except (OSError, wire.BadLine) as error:
            raise MediaError("media.unavailable", status=503) from error
        raise MediaError(reply.error.code, status=reply.error.status)


def _read_line(connection: socket.socket) -> bytes:
    received = bytearray()
    while not received.endswith(b"\n"):
        piece = connection.recv(65536)
        if not piece or len(received) > wire.MAX_LINE:
            raise ConnectionResetError("the media process closed the connection")
        received += piece
    return bytes(received)


async def events(socket_path: Path) -> AsyncIterator[MediaEvent]:
    """Yield the events of the plane, for ever, across its restarts.

    Each connection begins with ``plane.ready``: :meth:`EmbeddedEngine.peers` then says who is
    still there, also when events were lost.
    """
    while True:
        with contextlib.suppress(OSError, ValueError):
            reader, writer = await asyncio.open_unix_connection(
                str(socket_path), limit=wire.MAX_LINE
            )
            try:
                writer.write(wire.encode(messages.Events()))
                while line := await reader.readline():
                    yield wire.read(line, _EVENT).event
            finally:
                writer.close()
        await asyncio.sleep(RECONNECT_S)

"""The embedded engine's client: commands from Flask's threads, events for the web process.

Speaks JSON lines over the unix socket of ``python -m kiosk.media.plane``; knows nothing of packets.
"""

from __future__ import annotations

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

from kiosk.errors import MediaError
from kiosk.media import wire
from kiosk.media.engine import Health, MediaEvent, Offer, PeerReport
from kiosk.media.statistics import Distribution, Statistics

TIMEOUT_S = 3.0
RECONNECT_S = 0.2


class EmbeddedEngine:
    """A :class:`kiosk.media.engine.MediaEngine`; stateless, so any thread may use it."""

    def __init__(self, socket_path: Path) -> None:
        self._path = str(socket_path)

    def join(
        self, room: str, participant: str, *, echo: bool = False, ahead: bool = False
    ) -> Offer:
        """See :meth:`kiosk.media.engine.MediaEngine.join`."""
        return Offer(
            **self._ask("join", room=room, participant=participant, echo=echo, ahead=ahead)
        )

    def answer(self, peer: str, sdp: str, generation: int = 1) -> None:
        """See :meth:`kiosk.media.engine.MediaEngine.answer`."""
        self._ask("answer", peer=peer, sdp=sdp, generation=generation)

    def restart(self, peer: str) -> Offer:
        """See :meth:`kiosk.media.engine.MediaEngine.restart`."""
        return Offer(**self._ask("restart", peer=peer))

    def leave(self, peer: str) -> None:
        """See :meth:`kiosk.media.engine.MediaEngine.leave`."""
        self._ask("leave", peer=peer)

    def close_room(self, room: str) -> None:
        """See :meth:`kiosk.media.engine.MediaEngine.close_room`."""
        self._ask("close_room", room=room)

    def peers(self) -> dict[str, bool]:
        """See :meth:`kiosk.media.engine.MediaEngine.peers`."""
        return self._ask("peers")

    def report(self, peer: str) -> PeerReport:
        """See :meth:`kiosk.media.engine.MediaEngine.report`."""
        return PeerReport(**self._ask("report", peer=peer))

    def health(self) -> Health:
        """See :meth:`kiosk.media.engine.MediaEngine.health`."""
        answer = self._ask("health")
        return Health(**{**answer, "addresses": tuple(answer["addresses"])})

    def statistics(self) -> Statistics:
        """See :meth:`kiosk.media.engine.MediaEngine.statistics`."""
        answer = self._ask("statistics")
        for name in ("join_s", "loop_delay_s"):
            answer[name] = Distribution.from_wire(answer[name])
        return Statistics(**answer)

    def _ask(self, do: str, **arguments: object) -> dict[str, Any]:
        line = wire.encode({"do": do, **arguments})
        if len(line) > wire.MAX_LINE:
            raise MediaError("media.bad_request", status=400)
        try:
            with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
                connection.settimeout(TIMEOUT_S)
                connection.connect(self._path)
                connection.sendall(line)
                answer = wire.decode(_read_line(connection))
        except (OSError, wire.BadLine) as error:
            raise MediaError("media.unavailable", status=503) from error
        if "error" in answer:
            raise MediaError(answer["error"]["code"], status=answer["error"]["status"])
        result: dict[str, Any] = answer["ok"]
        return result


def _read_line(connection: socket.socket) -> bytes:
    received = bytearray()
    while not received.endswith(b"\n"):
        piece = connection.recv(65536)
        if not piece or len(received) > wire.MAX_LINE:
            raise ConnectionResetError("the media process hung up")
        received += piece
    return bytes(received)


async def events(socket_path: Path) -> AsyncIterator[MediaEvent]:
    """Yield what happens in the plane, for ever, across its restarts.

    Each connection begins with ``plane.ready``: :meth:`EmbeddedEngine.peers` then tells who is
    still there, whatever was missed meanwhile.
    """
    while True:
        with contextlib.suppress(OSError, wire.BadLine, ValueError):
            reader, writer = await asyncio.open_unix_connection(
                str(socket_path), limit=wire.MAX_LINE
            )
            try:
                writer.write(wire.encode({"do": "events"}))
                while line := await reader.readline():
                    yield MediaEvent(**wire.decode(line)["event"])
            finally:
                writer.close()
        await asyncio.sleep(RECONNECT_S)

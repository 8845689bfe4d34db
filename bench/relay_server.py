"""For comparison, a server that decodes and encodes, made of aiortc's own parts.

Takes the commands ``join``, ``answer`` and ``health`` on a unix socket, as the plane does. Each
person gets an RTCPeerConnection; what it receives goes to the other through MediaRelay.
"""

from __future__ import annotations

import asyncio
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from aiortc import (
    RTCBundlePolicy,
    RTCConfiguration,
    RTCPeerConnection,
    RTCSessionDescription,
)
from aiortc.contrib.media import MediaRelay

from bench.processes import ServerProcess
from kiosk.errors import MediaError
from kiosk.media import messages, wire
from kiosk.media.embedded import EmbeddedEngine
from kiosk.media.engine import Offer
from kiosk.media.supervisor import ROOT


class Relay:
    """Rooms of two; there is no leaving, because a measurement lasts seconds."""

    def __init__(self) -> None:
        self._relay = MediaRelay()
        self._rooms: dict[str, list[RTCPeerConnection]] = {}
        self._peers: dict[str, RTCPeerConnection] = {}

    async def perform(self, request: messages.AnyRequest) -> object:
        """Carry out one command; return its result."""
        if isinstance(request, messages.Join):
            return await self._join(request.room)
        if isinstance(request, messages.Answer):
            await self._answer(request.peer, request.sdp)
        return {}

    async def _join(self, room: str) -> Offer:
        # Without a list of ours, aiortc would ask one of Google's servers for our address.
        configuration = RTCConfiguration(iceServers=[], bundlePolicy=RTCBundlePolicy.MAX_BUNDLE)
        connection = RTCPeerConnection(configuration)
        for kind in ("audio", "video"):
            connection.addTransceiver(kind, direction="sendrecv")
        self._rooms.setdefault(room, []).append(connection)
        name = str(len(self._peers))
        self._peers[name] = connection
        await connection.setLocalDescription(await connection.createOffer())
        return Offer(name, connection.localDescription.sdp)

    async def _answer(self, peer: str, sdp: str) -> None:
        connection = self._peers[peer]
        await connection.setRemoteDescription(RTCSessionDescription(sdp, "answer"))
        [room] = [people for people in self._rooms.values() if connection in people]
        for other in room:
            if other is not connection and other.remoteDescription is not None:
                self._show(connection, other)
                self._show(other, connection)

    def _show(self, one: RTCPeerConnection, to: RTCPeerConnection) -> None:
        for theirs, ours in zip(one.getTransceivers(), to.getTransceivers(), strict=True):
            ours.sender.replaceTrack(self._relay.subscribe(theirs.receiver.track))


@contextmanager
def running_relay() -> Iterator[tuple[EmbeddedEngine, ServerProcess]]:
    """Run the relay for a block; yield its client and its process."""
    with tempfile.TemporaryDirectory(prefix="bench-relay-") as name:
        socket = Path(name) / "relay.sock"
        command = [sys.executable, "-m", "bench.relay_server", str(socket)]
        process = ServerProcess(command, Path(name) / "log", environment={"PYTHONPATH": str(ROOT)})
        try:
            process.wait_until(socket.exists)
            yield EmbeddedEngine(socket), process
        finally:
            process.stop()


async def _serve(path: str) -> None:
    relay = Relay()

    async def converse(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while line := await reader.readline():
            try:
                answer = wire.reply(await relay.perform(wire.read(line, messages.REQUEST)))
            except (wire.BadLine, MediaError):
                answer = wire.refusal("media.bad_request", 400)
            writer.write(answer)
            await writer.drain()
        writer.close()

    server = await asyncio.start_unix_server(converse, path, limit=wire.MAX_LINE)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(_serve(sys.argv[1]))

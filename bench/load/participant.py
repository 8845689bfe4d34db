"""A participant without a browser: real ICE, DTLS and data channel; its media is sent by the mill.

Serves both servers alike. Towards an ICE-lite server it checks and nominates; towards a full agent
it also answers that one's checks, and lets it nominate where it is the one who offered.
"""

from __future__ import annotations

import asyncio
import json
import secrets
import socket
from collections.abc import Callable
from typing import Any, cast

from aioice import stun
from aiortc import (
    RTCCertificate,
    RTCDataChannel,
    RTCDataChannelParameters,
    RTCDtlsParameters,
    RTCDtlsTransport,
    RTCIceTransport,
    RTCSctpTransport,
)
from aiortc.rtcsctptransport import RTCSctpCapabilities

from bench.load import descriptions
from bench.load.descriptions import Endpoint
from kiosk.media.plane.transport.dtls import SrtpKeys

BUFFER = 4 << 20
CHECK_EACH_S = 0.05
CONSENT_EACH_S = 4.0

FULL_AGENT_S = 0.1
"""A full agent drops our first DTLS flight until its own checks are done; the next is 1 s later."""

JOINED_WITHIN_S = 15.0


class _Wire:
    """The ICE transport that RTCDtlsTransport needs; ``controlled`` makes it the DTLS client."""

    role = "controlled"
    state = "completed"

    def __init__(self, send: Callable[[bytes], None]) -> None:
        self._out = send
        self.queue: asyncio.Queue[bytes] = asyncio.Queue()

    async def _recv(self) -> bytes:
        return await self.queue.get()

    async def _send(self, data: bytes) -> None:
        self._out(data)


class Participant:
    """One peer connection of a participant, on ``address`` of this machine."""

    def __init__(self, address: str, certificate: RTCCertificate) -> None:
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.setblocking(False)
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, BUFFER)
        self.socket.bind((address, 0))
        self.number = self.socket.fileno()
        self.audio_ssrc, self.video_ssrc = (secrets.randbelow(1 << 31) + 2 for _ in range(2))
        self.sees: set[str] = set()
        """The participants in its slots, by our plane's layout message."""
        self._ufrag, self._password = secrets.token_hex(4), secrets.token_hex(16)
        self._fingerprint = descriptions.sha256_of(certificate)
        self._wire = _Wire(self._send)
        self._dtls = RTCDtlsTransport(cast(RTCIceTransport, self._wire), [certificate])
        self._there = asyncio.Event()
        self._remote_ufrag = self._remote_password = ""
        self._controlling = True
        self._sctp: RTCSctpTransport | None = None
        self._channel: RTCDataChannel | None = None
        self._chores: list[asyncio.Task[None]] = []

    def offer(self) -> str:
        """Return an offer to send sound and picture and receive nothing."""
        return descriptions.offer(self._endpoint(), self.audio_ssrc, self.video_ssrc)

    def answer(self, offer: str) -> str:
        """Return the answer that accepts everything in ``offer``."""
        return descriptions.answer(self._endpoint(), offer)

    # -- connecting -----------------------------------------------------------------------------

    async def connect(self, remote: str, *, controlling: bool, channel: bool = False) -> None:
        """Connect to the server of the description ``remote``; open ``control`` with ``channel``.

        Raises TimeoutError when that takes too long.
        """
        server = descriptions.remote(remote)
        self._remote_ufrag, self._remote_password = server.ufrag, server.password
        self._controlling = controlling
        self.socket.connect(server.address)
        async with asyncio.timeout(JOINED_WITHIN_S):
            while not self._there.is_set():
                self._send(self._check())
                await asyncio.wait([asyncio.create_task(self._there.wait())], timeout=CHECK_EACH_S)
            if not server.lite:
                await asyncio.sleep(FULL_AGENT_S)
            await self._dtls.start(RTCDtlsParameters(server.fingerprints))
            if self._dtls.state != "connected":
                raise ConnectionError(f"DTLS is {self._dtls.state}")
            if channel:
                await self._open_channel()
        self._chores.append(asyncio.create_task(self._keep_consent()))

    @property
    def keys(self) -> SrtpKeys:
        """The SRTP keys, once connected."""
        return SrtpKeys(self._dtls._rx_srtp, self._dtls._tx_srtp)

    def reveal(self, packet: bytes) -> bytes:
        """Decrypt an RTP packet it received."""
        return bytes(self._dtls._rx_srtp.unprotect(packet))

    def take(self, datagram: bytes) -> None:
        """Take a datagram that is not media."""
        if datagram[0] < 4:
            self._take_stun(datagram)
        elif 20 <= datagram[0] < 64:
            self._wire.queue.put_nowait(datagram)

    async def close(self) -> None:
        """Leave and close the socket."""
        for chore in self._chores:
            chore.cancel()
        if self._channel is not None and self._sctp is not None:
            self._channel.remove_all_listeners()
            await self._sctp.stop()
        await self._dtls.stop()
        self.socket.close()

    # -- inside ---------------------------------------------------------------------------------

    def _endpoint(self) -> Endpoint:
        address, port = self.socket.getsockname()
        return Endpoint(address, port, self._ufrag, self._password, self._fingerprint)

    def _send(self, data: bytes) -> None:
        try:
            self.socket.send(data)
        except OSError:  # nothing listens there yet, or the buffer is full
            return

    def _check(self) -> bytes:
        message = stun.Message(stun.Method.BINDING, stun.Class.REQUEST)
        message.attributes["USERNAME"] = f"{self._remote_ufrag}:{self._ufrag}"
        message.attributes["PRIORITY"] = 1845501695
        if self._controlling:
            message.attributes["ICE-CONTROLLING"] = 1
            message.attributes["USE-CANDIDATE"] = None
        else:
            message.attributes["ICE-CONTROLLED"] = 1
        message.add_message_integrity(self._remote_password.encode())
        message.add_fingerprint()
        return bytes(message)

    def _take_stun(self, datagram: bytes) -> None:
        message = stun.parse_message(datagram)
        if message.message_class is stun.Class.RESPONSE:
            self._there.set()
        elif message.message_class is stun.Class.REQUEST:
            reply = stun.Message(
                message.message_method, stun.Class.RESPONSE, transaction_id=message.transaction_id
            )
            reply.attributes["XOR-MAPPED-ADDRESS"] = self.socket.getpeername()
            reply.add_message_integrity(self._password.encode())
            reply.add_fingerprint()
            self._send(bytes(reply))

    async def _keep_consent(self) -> None:
        while True:
            await asyncio.sleep(CONSENT_EACH_S)
            self._send(self._check())

    async def _open_channel(self) -> None:
        self._sctp = RTCSctpTransport(self._dtls)
        parameters = RTCDataChannelParameters(label="control", negotiated=True, id=0)
        self._channel = RTCDataChannel(self._sctp, parameters)
        self._channel.on("message", self._heard)
        await self._sctp.start(RTCSctpCapabilities(maxMessageSize=65536), 5000)

    def _heard(self, text: str) -> None:
        message: dict[str, Any] = json.loads(text)
        if message["type"] == "layout":
            self.sees = {slot["participant"] for slot in message["slots"]} - {None}
        elif message["type"] == "offer" and self._channel is not None:
            answer = self.answer(message["sdp"])
            generation = message["generation"]
            self._channel.send(
                json.dumps({"type": "answer", "sdp": answer, "generation": generation})
            )

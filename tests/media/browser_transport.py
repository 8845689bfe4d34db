"""The transport of one test browser: real UDP sockets, STUN checks, DTLS and SRTP."""

from __future__ import annotations

import asyncio
import socket

from aioice import stun
from aiortc import RTCCertificate, RTCDtlsParameters, RTCDtlsTransport
from aiortc.sdp import SessionDescription


class _DtlsWire:
    """The ICE transport that RTCDtlsTransport needs; it carries DTLS datagrams only."""

    role = "controlled"
    state = "completed"

    def __init__(self, peer: BrowserTransport) -> None:
        self._peer = peer
        self.queue: asyncio.Queue[bytes | None] = asyncio.Queue()

    async def _recv(self) -> bytes:
        data = await self.queue.get()
        if data is None:
            raise ConnectionError
        return data

    async def _send(self, data: bytes) -> None:
        self._peer.send_raw(data)


class BrowserTransport:
    """Sends and receives the datagrams of one browser; media is left to a subclass."""

    def __init__(self, offer: str, *, by: str | None) -> None:
        """Take an offer; ``by`` is the plane's address used, when not the first announced."""
        self.take_offer(offer)
        candidate = self.offer.media[0].ice_candidates[0]
        self.server = (by or candidate.ip, candidate.port)
        self.certificate = RTCCertificate.generateCertificate()
        self.answers: list[bytes] = []
        """Every STUN message that came."""
        self._early: list[bytes] = []
        self._sockets: list[socket.socket] = []
        self._socket = self._bind()
        self._wire = _DtlsWire(self)
        self.dtls = RTCDtlsTransport(self._wire, [self.certificate])

    def media_received(self, data: bytes) -> None:
        """Take an encrypted RTP or RTCP packet."""
        raise NotImplementedError

    def take_offer(self, offer: str) -> None:
        """Learn the credentials and m-lines of an offer."""
        self.offer = SessionDescription.parse(offer)
        first = self.offer.media[0]
        self.ufrag, self.password = first.ice.usernameFragment, first.ice.password

    # -- datagrams ------------------------------------------------------------------------------

    def _bind(self) -> socket.socket:
        family = socket.AF_INET6 if ":" in self.server[0] else socket.AF_INET
        one = socket.socket(family, socket.SOCK_DGRAM)
        one.setblocking(False)
        one.bind((self.server[0], 0))
        asyncio.get_running_loop().add_reader(one.fileno(), self._readable, one)
        self._sockets.append(one)
        return one

    def move(self) -> None:
        """Speak from another port from now on, as after a change of network."""
        self._socket = self._bind()

    @property
    def address(self) -> tuple[str, int]:
        """Where it speaks from."""
        name = self._socket.getsockname()
        return name[0], name[1]

    def send_raw(self, data: bytes) -> None:
        """Send any datagram to the plane."""
        self._socket.sendto(data, self.server)

    def _readable(self, one: socket.socket) -> None:
        while True:
            try:
                data, source = one.recvfrom(4096)
            except BlockingIOError:
                return
            # Another plane may still be sending to somebody who had this port before.
            if source[1] == self.server[1]:
                self._received(data)

    def _received(self, data: bytes) -> None:
        if data[0] < 4:
            self.answers.append(data)
        elif 20 <= data[0] < 64:
            self._wire.queue.put_nowait(data)
        elif not self.has_keys:
            self._early.append(data)  # the plane completes the handshake first, and sends
        else:
            self.media_received(data)

    # -- connecting -----------------------------------------------------------------------------

    def binding_request(self, *, password: str | None = None, nominate: bool = True) -> bytes:
        """Write a connectivity check, signed with the offer's password or another."""
        message = stun.Message(stun.Method.BINDING, stun.Class.REQUEST)
        message.attributes["USERNAME"] = f"{self.ufrag}:mine"
        message.attributes["PRIORITY"] = 1
        message.attributes["ICE-CONTROLLING"] = 1
        if nominate:
            message.attributes["USE-CANDIDATE"] = None
        message.add_message_integrity((password or self.password).encode())
        return bytes(message)

    async def prove_address(self, *, nominate: bool = True) -> stun.Message:
        """Have the current address checked and wait for the plane's answer."""
        before = len(self.answers)
        self.send_raw(self.binding_request(nominate=nominate))
        while len(self.answers) == before:
            await asyncio.sleep(0.001)
        return stun.parse_message(self.answers[-1])

    async def shake_hands(self) -> None:
        """Do DTLS as the client."""
        fingerprints = self.offer.media[0].dtls.fingerprints
        await self.dtls.start(RTCDtlsParameters(fingerprints=fingerprints))
        early, self._early = self._early, []
        if self.dtls.state == "connected":
            for data in early:
                self._received(data)

    # -- encryption -----------------------------------------------------------------------------

    @property
    def has_keys(self) -> bool:
        """Whether media can be encrypted and decrypted."""
        return self.dtls._rx_srtp is not None

    def protected(self, packet: bytes) -> bytes:
        """Encrypt an RTP packet."""
        return self.dtls._tx_srtp.protect(packet)

    def opened_rtcp(self, data: bytes) -> bytes:
        """Decrypt an RTCP packet."""
        return self.dtls._rx_srtp.unprotect_rtcp(data)

    async def close_transport(self) -> None:
        """Stop DTLS and close every socket."""
        await self.dtls.stop()
        self._wire.queue.put_nowait(None)
        for one in self._sockets:
            asyncio.get_running_loop().remove_reader(one.fileno())
            one.close()

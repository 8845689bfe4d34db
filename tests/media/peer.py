"""A browser's media side, as small as it can be: real STUN, DTLS, SRTP, SCTP on one UDP socket.

It does what a browser would do with the plane's offer, and can be told to misbehave.
"""

from __future__ import annotations

import asyncio
import json
import socket
import struct
from typing import Any

from aioice import stun
from aiortc import (
    RTCCertificate,
    RTCDataChannel,
    RTCDataChannelParameters,
    RTCDtlsParameters,
    RTCDtlsTransport,
    RTCSctpTransport,
)
from aiortc.rtcsctptransport import RTCSctpCapabilities
from aiortc.sdp import SessionDescription

from kiosk.media.plane.wire import rtcp
from kiosk.media.plane.wire.sdp import SCREEN, SCREEN_MID

VP8_KEY_FRAME = bytes([0x10, 0x00])
"""Payload descriptor: start of the first partition; then a header whose P bit is 0."""

VP8_DELTA_FRAME = bytes([0x10, 0x01])


class _Wire:
    """The ICE transport RTCDtlsTransport wants: only DTLS comes out of it."""

    role = "controlled"
    state = "completed"

    def __init__(self, peer: MediaPeer) -> None:
        self._peer = peer
        self.queue: asyncio.Queue[bytes | None] = asyncio.Queue()

    async def _recv(self) -> bytes:
        data = await self.queue.get()
        if data is None:
            raise ConnectionError
        return data

    async def _send(self, data: bytes) -> None:
        self._peer.send_raw(data)


class MediaPeer:
    """One browser connection. ``id`` is the peer's name in the plane."""

    def __init__(
        self, peer_id: str, offer: str, participant: str = "", *, by: str | None = None
    ) -> None:
        """Take an offer; ``by`` is the plane's address used, when not the first announced."""
        self.id = peer_id
        self.participant = participant
        self.take_offer(offer)
        first = self.offer.media[0]
        self.server = (by or first.ice_candidates[0].ip, first.ice_candidates[0].port)
        self.certificate = RTCCertificate.generateCertificate()
        self.audio_ssrc, self.video_ssrc = 0xA0000001, 0xB0000001
        self.screen_ssrc = 0xC0000001
        self.rtp: list[bytes] = []
        self.rtcp: list[rtcp.Message] = []
        self.layers: tuple[str, ...] = ()
        """The sizes it agrees to send its picture in."""
        self.losing: set[int] = set()
        """Sequence numbers whose packets are lost on the way here."""
        self.lost = 0
        self.answers: list[bytes] = []
        """Every STUN message that came."""
        self.obliging = False
        """Answers every later offer at once, as a page does."""
        self.messages: list[dict[str, Any]] = []
        self._early: list[bytes] = []
        self._sockets: list[socket.socket] = []
        self._socket = self._bind()
        self._wire = _Wire(self)
        self.dtls = RTCDtlsTransport(self._wire, [self.certificate])
        self.sctp: RTCSctpTransport | None = None
        self.channel: RTCDataChannel | None = None

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
        elif self.dtls._rx_srtp is None:
            self._early.append(data)  # the plane is ready first and does not wait for us
        elif 192 <= data[1] <= 223:
            self.rtcp.extend(rtcp.parse(self.dtls._rx_srtp.unprotect_rtcp(data)))
        elif int.from_bytes(data[2:4]) in self.losing:
            self.lost += 1
        else:
            self.rtp.append(self.dtls._rx_srtp.unprotect(data))

    # -- joining --------------------------------------------------------------------------------

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

    def answer(self, *, certificate: RTCCertificate | None = None, setup: str = "active") -> str:
        """Write the answer to the offer this peer knows last."""
        return answer_to(self.offer, certificate or self.certificate, setup, self.layers)

    def take_offer(self, offer: str) -> None:
        """Learn the credentials and m-lines of a later offer."""
        self.offer = SessionDescription.parse(offer)
        first = self.offer.media[0]
        self.ufrag, self.password = first.ice.usernameFragment, first.ice.password

    async def shake_hands(self) -> None:
        """Do DTLS as the client."""
        fingerprints = self.offer.media[0].dtls.fingerprints
        await self.dtls.start(RTCDtlsParameters(fingerprints=fingerprints))
        early, self._early = self._early, []
        if self.dtls.state == "connected":
            for data in early:
                self._received(data)

    async def open_channel(self) -> None:
        """Open ``control`` as the contract says."""
        self.sctp = RTCSctpTransport(self.dtls)
        parameters = RTCDataChannelParameters(label="control", negotiated=True, id=0)
        self.channel = RTCDataChannel(self.sctp, parameters)
        self.channel.on("message", self._heard)
        await self.sctp.start(RTCSctpCapabilities(maxMessageSize=65536), 5000)

    # -- control channel ------------------------------------------------------------------------

    def say(self, message: dict[str, Any] | str | bytes) -> None:
        """Send on the control channel; strings and bytes as they are."""
        assert self.channel is not None
        self.channel.send(json.dumps(message) if isinstance(message, dict) else message)

    def heard(self, kind: str) -> list[dict[str, Any]]:
        """Return the messages of a kind, oldest first."""
        return [message for message in self.messages if message["type"] == kind]

    def _heard(self, data: str) -> None:
        message = json.loads(data)
        self.messages.append(message)
        if message["type"] == "offer" and self.obliging:
            self.accept_offer()

    @property
    def layout(self) -> list[dict[str, Any]]:
        """The slots as last told."""
        slots: list[dict[str, Any]] = self.heard("layout")[-1]["slots"]
        return slots

    @property
    def screen_of(self) -> str | None:
        """Whose screen is shared, as last told."""
        found: str | None = self.heard("layout")[-1]["screen"]
        return found

    def sees(self, participant: str) -> bool:
        """Whether that person is in one of its slots."""
        return any(slot["participant"] == participant for slot in self.layout)

    def accept_offer(self) -> None:
        """Answer the last offer that came over the channel, as a page does."""
        offer = self.heard("offer")[-1]
        self.take_offer(offer["sdp"])
        self.say({"type": "answer", "sdp": self.answer(), "generation": offer["generation"]})

    # -- media ----------------------------------------------------------------------------------

    def send_video(
        self, sequence: int, payload: bytes = VP8_DELTA_FRAME, *, timestamp: int = 0, ssrc: int = 0
    ) -> bytes:
        """Send one picture packet; returns it as it was before encryption."""
        return self._send_rtp(96, sequence, timestamp, ssrc or self.video_ssrc, payload)

    def send_screen(self, sequence: int, payload: bytes = VP8_DELTA_FRAME) -> bytes:
        """Send one packet of a shared screen; returns it as it was before encryption."""
        return self._send_rtp(SCREEN, sequence, 0, self.screen_ssrc, payload)

    def send_audio(self, sequence: int, payload: bytes = b"sound") -> bytes:
        """Send one sound packet; returns it as it was before encryption."""
        return self._send_rtp(111, sequence, 0, self.audio_ssrc, payload)

    def _send_rtp(self, kind: int, sequence: int, timestamp: int, ssrc: int, data: bytes) -> bytes:
        packet = struct.pack("!BBHLL", 0x80, kind, sequence, timestamp, ssrc) + data
        self.send_raw(self.dtls._tx_srtp.protect(packet))
        return packet

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

    def send_packets(self, packets: list[bytes]) -> list[bytes]:
        """Send RTP packets that are written already; returns them."""
        for packet in packets:
            self.send_raw(self.dtls._tx_srtp.protect(packet))
        return packets

    def send_rtcp(self, packet: bytes) -> None:
        """Encrypt and send one RTCP packet."""
        self.send_raw(self.dtls._tx_srtp.protect_rtcp(packet))

    def slot_ssrc(self, kind: str, slot: int = 0) -> int:
        """The SSRC the offer announces for a slot."""
        found = [
            media
            for media in self.offer.media
            if media.kind == kind and media.rtp.muxId != SCREEN_MID
        ]
        return int(found[slot].ssrc[0].ssrc)

    @property
    def screen_slot_ssrc(self) -> int | None:
        """The SSRC the offer announces for a shared screen, if it has a line for one."""
        found = [media for media in self.offer.media if media.rtp.muxId == SCREEN_MID]
        return int(found[0].ssrc[0].ssrc) if found else None

    def saw(self, kind: type[Any]) -> list[Any]:
        """Return the RTCP messages of a type, oldest first."""
        return [message for message in self.rtcp if isinstance(message, kind)]

    # -- leaving --------------------------------------------------------------------------------

    async def hang_up(self) -> None:
        """Close as a browser does: DTLS close_notify."""
        await self.dtls.stop()

    async def close(self) -> None:
        """Free everything without a word more than needed."""
        if self.channel is not None:
            self.channel.remove_all_listeners()
        if self.sctp is not None:
            await self.sctp.stop()
        await self.dtls.stop()
        self._wire.queue.put_nowait(None)
        for one in self._sockets:
            asyncio.get_running_loop().remove_reader(one.fileno())
            one.close()


def answer_to(
    offer: SessionDescription, certificate: RTCCertificate, setup: str, layers: tuple[str, ...] = ()
) -> str:
    """Write a browser's answer to ``offer``."""
    fingerprint = next(f for f in certificate.getFingerprints() if f.algorithm == "sha-256")
    mids = [media.rtp.muxId for media in offer.media]
    lines = ["v=0", "o=- 1 1 IN IP4 127.0.0.1", "s=-", "t=0 0"]
    lines.append("a=group:BUNDLE " + " ".join(mids))
    for media in offer.media:
        formats = " ".join(str(fmt) for fmt in media.fmt)
        lines += [f"m={media.kind} 9 {media.profile} {formats}", "c=IN IP4 0.0.0.0"]
        lines += ["a=ice-ufrag:mine", "a=ice-pwd:" + 24 * "m", f"a=mid:{media.rtp.muxId}"]
        lines += [f"a=fingerprint:sha-256 {fingerprint.value}", f"a=setup:{setup}"]
        if media.kind == "application":
            lines += ["a=sctp-port:5000", "a=max-message-size:65536"]
        else:
            lines += ["a=rtcp-mux", "a=sendrecv" if media.direction == "sendrecv" else "a=recvonly"]
            codec = media.rtp.codecs[0]
            lines.append(f"a=rtpmap:{codec.payloadType} {codec}")
        if media.rtp.muxId == "1" and layers:
            lines += [*(f"a=rid:{rid} send" for rid in layers)]
            lines.append("a=simulcast:send " + ";".join(layers))
    return "\r\n".join(lines) + "\r\n"

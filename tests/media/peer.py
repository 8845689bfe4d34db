"""One test browser with its media: offers, control channel, RTP and RTCP, over a real socket.

It does what a browser does with the server's offer, and can be made to misbehave.
"""

from __future__ import annotations

import json
import struct
from typing import Any

from aiortc import RTCCertificate, RTCDataChannel, RTCDataChannelParameters, RTCSctpTransport
from aiortc.rtcsctptransport import RTCSctpCapabilities

from kiosk.media.plane.wire import rtcp
from kiosk.media.plane.wire.sdp import SCREEN, SCREEN_MID
from tests.media.browser_answer import answer_to
from tests.media.browser_transport import BrowserTransport

VP8_KEY_FRAME = bytes([0x10, 0x00])
"""Payload descriptor: start of the first partition; then a header whose P bit is 0."""

VP8_DELTA_FRAME = bytes([0x10, 0x01])


class MediaPeer(BrowserTransport):
    """One browser connection. ``id`` is the peer's id in the plane."""

    def __init__(
        self, peer_id: str, offer: str, participant: str = "", *, by: str | None = None
    ) -> None:
        """Take an offer; ``by`` is the plane's address used, when not the first announced."""
        super().__init__(offer, by=by)
        self.id = peer_id
        self.participant = participant
        self.audio_ssrc, self.video_ssrc = 0xA0000001, 0xB0000001
        self.screen_ssrc = 0xC0000001
        self.rtp: list[bytes] = []
        self.rtcp: list[rtcp.Message] = []
        self.layers: tuple[str, ...] = ()
        """The sizes it agrees to send its picture in."""
        self.losing: set[int] = set()
        """Sequence numbers whose packets are lost on the way to this browser."""
        self.lost = 0
        self.obliging = False
        """Answers every later offer at once, as a page does."""
        self.messages: list[dict[str, Any]] = []
        self.sctp: RTCSctpTransport | None = None
        self.channel: RTCDataChannel | None = None

    def media_received(self, data: bytes) -> None:
        """Decrypt and keep an RTP or RTCP packet."""
        if 192 <= data[1] <= 223:
            self.rtcp.extend(rtcp.parse(self.opened_rtcp(data)))
        elif int.from_bytes(data[2:4]) in self.losing:
            self.lost += 1
        else:
            self.rtp.append(self.dtls._rx_srtp.unprotect(data))

    # -- joining --------------------------------------------------------------------------------

    def answer(self, *, certificate: RTCCertificate | None = None, setup: str = "active") -> str:
        """Write the answer to the last offer this browser has taken."""
        return answer_to(self.offer, certificate or self.certificate, setup, self.layers)

    async def open_channel(self) -> None:
        """Open the pre-negotiated data channel ``control``."""
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
        """The slots of the last layout message."""
        slots: list[dict[str, Any]] = self.heard("layout")[-1]["slots"]
        return slots

    @property
    def screen_of(self) -> str | None:
        """Whose screen is shared, by the last layout message."""
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
        """Free everything without sending more than necessary."""
        if self.channel is not None:
            self.channel.remove_all_listeners()
        if self.sctp is not None:
            await self.sctp.stop()
        await self.close_transport()

"""The connection to one browser: ICE, DTLS, SRTP keys, control channel, and sending on them."""

from __future__ import annotations

from collections.abc import Callable

from aiortc import RTCCertificate

from kiosk.media.messages import AnyPlaneMessage
from kiosk.media.plane.counters import Tally
from kiosk.media.plane.limits import SSRCS_PER_LINE, SSRCS_SPARE
from kiosk.media.plane.transport.channel import ControlChannel
from kiosk.media.plane.transport.dtls import DtlsSession, SrtpKeys
from kiosk.media.plane.transport.ice_lite import IceAgent
from kiosk.media.plane.wire.send_time import restamped


class Connection:
    """One browser's connection. Everything sent to the browser is sent from here, except media on
    the fast path (``forwarding/forwarder.py``)."""

    __slots__ = (
        "_learned",
        "channel",
        "clock_offset",
        "dtls",
        "ice",
        "keys",
        "on_closed",
        "sent",
        "silenced",
        "ssrcs_allowed",
    )

    def __init__(self, certificate: RTCCertificate, now: float) -> None:
        self.ice = IceAgent(now)
        self.dtls = DtlsSession(certificate, send=self.send, closed=self._closed)
        self.keys: SrtpKeys | None = None
        """None until the DTLS handshake is complete."""

        self.channel: ControlChannel | None = None
        self.silenced = False
        """Consent has expired (RFC 7675): nothing is sent until a valid check arrives."""

        self.sent = Tally()
        """RTP sent to the browser, repeats included."""

        self.clock_offset: int | None = None
        """How far the clock that stamps its packets is ahead of ours (``wire/send_time.py``).

        None: packets keep their publisher's send time.
        """

        self.on_closed: Callable[[], None] = _nothing
        """Called when the browser closes DTLS."""

        self.ssrcs_allowed = SSRCS_SPARE
        """How many SSRCs the browser may use; it grows with the m-lines that it is offered."""

        self._learned: set[int] = set()

    def _closed(self) -> None:
        self.on_closed()

    def release(self) -> None:
        """Drop the keys, the channel and the callback; the connection is not used again."""
        self.on_closed = _nothing
        self.keys = self.channel = None

    @property
    def can_send(self) -> bool:
        """Whether there is a proven path and consent to send on it."""
        return not self.silenced and self.ice.path is not None

    def send(self, data: bytes) -> bool:
        """Send one datagram; False without a path, without consent, or when the kernel refuses."""
        path = self.ice.path
        return path is not None and not self.silenced and path.send(data)

    def send_rtcp(self, packet: bytes) -> bool:
        """Encrypt and send one RTCP packet."""
        protected = self.keys.protect_rtcp(packet) if self.keys else None
        return protected is not None and self.send(protected)

    def send_rtp(self, packet: bytes, ssrc: int, now: float) -> bool:
        """Send a cached RTP packet under ``ssrc``, stamped with the present time if necessary."""
        if self.keys is None:
            return False
        if self.clock_offset is not None:
            packet = restamped(packet, self.clock_offset, now)
        protected = self.keys.protect_rtp(packet[:8] + ssrc.to_bytes(4) + packet[12:])
        if protected is None or not self.send(protected):
            return False
        self.sent.packets += 1
        self.sent.bytes += len(protected)
        return True

    def send_message(self, message: AnyPlaneMessage) -> None:
        """Send one message on the control channel; nothing happens before it is open."""
        if self.channel is not None:
            self.channel.send(message)

    @property
    def can_receive_messages(self) -> bool:
        """Whether the control channel is open."""
        return self.channel is not None and self.channel.is_open

    def offered(self, media_lines: int) -> None:
        """Accept the SSRCs of so many audio and video m-lines; an offer never has fewer again."""
        self.ssrcs_allowed = SSRCS_SPARE + SSRCS_PER_LINE * media_lines

    def may_learn(self, ssrc: int) -> bool:
        """Whether packets under ``ssrc`` are accepted; libsrtp keeps a stream for each SSRC."""
        return ssrc in self._learned or len(self._learned) < self.ssrcs_allowed

    def learn(self, ssrc: int) -> None:
        """Remember an SSRC that authentic RTP or RTCP arrived under."""
        self._learned.add(ssrc)

    @property
    def learned(self) -> int:
        """How many SSRCs the browser has used."""
        return len(self._learned)


def _nothing() -> None:
    pass

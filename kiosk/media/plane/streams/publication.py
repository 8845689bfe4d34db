"""One incoming stream of a peer, and the subscriptions its packets leave on. State, no sending."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import IntEnum
from typing import Any, Protocol

from kiosk.media.plane.counters import Counters, Tally
from kiosk.media.plane.streams.packet_cache import PacketCache
from kiosk.media.plane.streams.reported_loss import ReportedLoss
from kiosk.media.plane.streams.uplink import Uplink
from kiosk.media.plane.wire.audio_level import SILENCE
from kiosk.media.plane.wire.sdp import CLOCK_RATES, SCREEN, VIDEO


class RtcpSender(Protocol):
    """The connection to the publisher of a stream."""

    def send_rtcp(self, packet: bytes) -> bool:
        """Encrypt and send one RTCP packet; False when it could not be sent."""


class SendTimeObserver(Protocol):
    """Judges a publisher's line by when its packets were sent and when they arrived."""

    def arrived(self, sent: int, came: int) -> None:
        """Note a packet by its 24-bit times of sending and of arrival."""


class PacketWriter(Protocol):
    """Rewrites the packets of a publication for one subscriber."""

    def write(
        self, layer: Publication, packet: bytearray, size: int, out: bytearray, now: float
    ) -> int:
        """Write a packet of ``layer`` into ``out``; return its size, 0 to send nothing."""


@dataclass(frozen=True, slots=True)
class Subscription:
    """One publication sent to one subscriber: all the fast path needs for it, flattened."""

    key: Any
    """libsrtp handle of the subscriber's outgoing session."""
    send: Callable[..., int]
    address: tuple[Any, ...]
    socket: int
    """Number of the socket that ``send`` sends on."""
    name: Any
    """``address`` as the kernel wants it (``transport.udp.sockaddr``)."""
    ssrc: bytes
    """The SSRC under which the subscriber receives the stream, 4 bytes, network order."""
    tally: Tally
    writer: PacketWriter | None = None
    """Rewrites its packets; None: only their SSRC is replaced."""
    offset: int | None = None
    """What is added to our clock for a packet's send time; None: the publisher's is kept."""


class SendMode(IntEnum):
    """How the packets of a publication are sent; it depends on its subscriptions only."""

    IN_PLACE = 0
    """One subscriber: encrypted in the buffer it was decrypted in."""
    COPIES = 1
    """Any other number of subscribers, or one that needs our send time."""
    REWRITTEN = 2
    """Each subscriber has sequence numbers of its own."""


class Publication:
    """A track up: sound, picture (one of its layers) or shared screen of one peer."""

    __slots__ = (
        "budget",
        "cache",
        "counters",
        "loudest",
        "needs_key_frame",
        "payload_type",
        "reported_loss",
        "requested_at",
        "send_mode",
        "sender",
        "sender_clock",
        "ssrc",
        "stamped",
        "subscriptions",
        "tally",
        "uplink",
    )

    def __init__(
        self,
        payload_type: int,
        *,
        sender: RtcpSender,
        budget: SendTimeObserver,
        counters: Counters,
    ) -> None:
        self.payload_type = payload_type
        self.sender = sender
        """The publisher's connection, for requests to it."""

        self.budget = budget
        self.counters = counters
        self.tally = Tally()
        self.wire(())
        self.requested_at = float("-inf")
        """When a key frame was last requested."""

        self.needs_key_frame = False
        """A key frame request is pending."""

        self.restart(None)

    def sibling(self) -> Publication:
        """Return another publication of the same publisher and kind: one more layer."""
        return Publication(
            self.payload_type, sender=self.sender, budget=self.budget, counters=self.counters
        )

    @property
    def is_video(self) -> bool:
        """Whether key frames, repairs and bandwidth matter."""
        return self.payload_type in (VIDEO, SCREEN)

    def wire(self, subscriptions: tuple[Subscription, ...]) -> None:
        """Send packets on these subscriptions from now on."""
        self.subscriptions = subscriptions
        self.stamped = self.is_video and any(one.offset is not None for one in subscriptions)
        if any(one.writer is not None for one in subscriptions):
            self.send_mode = SendMode.REWRITTEN
        elif len(subscriptions) == 1 and not self.stamped:
            self.send_mode = SendMode.IN_PLACE
        else:
            self.send_mode = SendMode.COPIES

    def captured_at(self, timestamp: int) -> float | None:
        """Return when the media with that RTP timestamp was captured, by the publisher's clock.

        None before its first sender report (RFC 3550 §6.4.1).
        """
        if self.sender_clock is None:
            return None
        seconds, then = self.sender_clock
        passed = (timestamp - then + 0x80000000 & 0xFFFFFFFF) - 0x80000000
        return seconds + passed / CLOCK_RATES[self.payload_type]

    def restart(self, ssrc: int | None) -> None:
        """Begin anew under the publisher's ``ssrc``, without anything from the stream before."""
        self.ssrc = ssrc
        self.loudest = SILENCE
        """The highest audio level since it was last read, in -dBov; of sound only."""

        self.reported_loss = ReportedLoss()
        self.sender_clock: tuple[float, int] | None = None
        """NTP seconds and RTP timestamp of one moment, from the last sender report."""

        self.uplink = Uplink(CLOCK_RATES[self.payload_type], repairs=self.is_video)
        self.cache = PacketCache() if self.is_video else None

"""One incoming stream of a peer, and the legs on which its packets leave. State, no sending."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import IntEnum
from typing import Any, Protocol
from weakref import ref

from kiosk.media.plane.counters import Counters, Tally
from kiosk.media.plane.streams.packet_cache import PacketCache
from kiosk.media.plane.streams.reported_loss import Missed
from kiosk.media.plane.streams.uplink import Uplink
from kiosk.media.plane.wire.audio_level import SILENCE
from kiosk.media.plane.wire.sdp import CLOCK_RATES, SCREEN, VIDEO


class SendTimeObserver(Protocol):
    """Judges a publisher's line by when its packets left and when they came."""

    def arrived(self, sent: int, came: int) -> None:
        """Note a packet by its 24-bit times of leaving and of arriving."""


class Publisher(Protocol):
    """The peer whose stream this is, as far as a stream needs to know it."""

    @property
    def budget(self) -> SendTimeObserver:
        """What judges its line."""

    @property
    def counters(self) -> Counters:
        """Where requests to it are counted."""

    def send_rtcp(self, packet: bytes) -> bool:
        """Encrypt and send it one RTCP packet."""


class PacketWriter(Protocol):
    """Rewrites the packets of a publication for one subscriber."""

    def write(
        self, layer: Publication, packet: bytearray, size: int, out: bytearray, now: float
    ) -> int:
        """Write a packet of ``layer`` into ``out``; return its size, 0 for none."""


@dataclass(frozen=True, slots=True)
class Leg:
    """Everything the hot path needs to send one publication to one subscriber, flattened."""

    key: Any
    """libsrtp handle of the subscriber's outgoing session."""
    send: Callable[..., int]
    address: tuple[Any, ...]
    socket: int
    """Number of the socket that ``send`` sends on."""
    name: Any
    """``address`` as the kernel wants it (``batches.sockaddr``)."""
    ssrc: bytes
    """The SSRC the subscriber knows this stream by, 4 bytes, network order."""
    tally: Tally
    view: PacketWriter | None = None
    """How its packets are rewritten; None: they go as they come, but for their SSRC."""
    offset: int | None = None
    """What is added to our clock where a packet says when it left; None: the publisher's stays."""


class Way(IntEnum):
    """How the packets of a publication leave; settled whenever its legs are."""

    IN_PLACE = 0
    """One receiver: encrypted where it was decrypted."""
    COPIES = 1
    """Any other number, or one that needs our time of sending."""
    REWRITTEN = 2
    """Each receiver has numbers of its own."""


class Publication:
    """A track up: sound, picture (one of its sizes) or shared screen of one peer."""

    __slots__ = (
        "_peer",
        "asked_at",
        "budget",
        "cache",
        "clock",
        "legs",
        "loudest",
        "missed",
        "payload_type",
        "ssrc",
        "stamped",
        "tally",
        "uplink",
        "wants_key_frame",
        "way",
    )

    def __init__(self, peer: Publisher, payload_type: int) -> None:
        self._peer = ref(peer)
        self.budget = peer.budget
        self.payload_type = payload_type
        self.tally = Tally()
        self.wire(())
        self.asked_at = float("-inf")
        self.wants_key_frame = False
        self.restart(None)

    @property
    def peer(self) -> Publisher:
        """Who publishes. Held weakly: a peer owns its publications and goes with the last word
        about it, not when the collector finds the circle."""
        peer = self._peer()
        assert peer is not None
        return peer

    @property
    def is_video(self) -> bool:
        """Whether key frames, repairs and bandwidth matter."""
        return self.payload_type in (VIDEO, SCREEN)

    def wire(self, legs: tuple[Leg, ...]) -> None:
        """Let packets leave on these legs from now on."""
        self.legs = legs
        self.stamped = self.is_video and any(leg.offset is not None for leg in legs)
        if any(leg.view is not None for leg in legs):
            self.way = Way.REWRITTEN
        else:
            self.way = Way.IN_PLACE if len(legs) == 1 and not self.stamped else Way.COPIES

    def filmed_at(self, timestamp: int) -> float | None:
        """Return when the publisher made what carries that timestamp, in seconds of its own clock.

        None before its first sender report (RFC 3550 §6.4.1).
        """
        if self.clock is None:
            return None
        seconds, then = self.clock
        passed = (timestamp - then + 0x80000000 & 0xFFFFFFFF) - 0x80000000
        return seconds + passed / CLOCK_RATES[self.payload_type]

    def restart(self, ssrc: int | None) -> None:
        """Begin anew with the publisher's ``ssrc``: nothing from before may be mixed in."""
        self.ssrc = ssrc
        self.loudest = SILENCE
        """The highest level heard since somebody last looked, in -dBov; of sound only."""

        self.missed = Missed()
        self.clock: tuple[float, int] | None = None
        self.uplink = Uplink(CLOCK_RATES[self.payload_type], repairs=self.is_video)
        self.cache = PacketCache() if self.is_video else None

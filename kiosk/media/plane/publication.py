"""One incoming stream of a peer, and the legs on which its packets leave. State, no sending."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from weakref import ref

from kiosk.media.plane.audio_level import SILENCE
from kiosk.media.plane.packet_cache import PacketCache
from kiosk.media.plane.sdp import CLOCK_RATES, SCREEN, VIDEO
from kiosk.media.plane.uplink import Uplink

if TYPE_CHECKING:
    from kiosk.media.plane.peer import Peer


class Tally:
    """Packets and bytes of RTP in one direction."""

    __slots__ = ("bytes", "packets")

    def __init__(self) -> None:
        self.packets = 0
        self.bytes = 0

    def add(self, other: Tally) -> None:
        """Count what ``other`` has counted as well."""
        self.packets += other.packets
        self.bytes += other.bytes


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


class Publication:
    """A track up: sound, picture or shared screen of one peer."""

    __slots__ = (
        "_peer",
        "asked_at",
        "cache",
        "legs",
        "loudest",
        "payload_type",
        "ssrc",
        "uplink",
        "wants_key_frame",
    )

    def __init__(self, peer: Peer, payload_type: int) -> None:
        self._peer = ref(peer)
        self.payload_type = payload_type
        self.legs: tuple[Leg, ...] = ()
        self.asked_at = float("-inf")
        self.wants_key_frame = False
        self.restart(None)

    @property
    def peer(self) -> Peer:
        """Who publishes. Held weakly: a peer owns its publications and goes with the last word
        about it, not when the collector finds the circle."""
        peer = self._peer()
        assert peer is not None
        return peer

    @property
    def is_video(self) -> bool:
        """Whether key frames, repairs and bandwidth matter."""
        return self.payload_type in (VIDEO, SCREEN)

    def restart(self, ssrc: int | None) -> None:
        """Begin anew with the publisher's ``ssrc``: nothing from before may be mixed in."""
        self.ssrc = ssrc
        self.loudest = SILENCE
        """The highest level heard since somebody last looked, in -dBov; of sound only."""

        self.uplink = Uplink(CLOCK_RATES[self.payload_type], repairs=self.is_video)
        self.cache = PacketCache() if self.is_video else None

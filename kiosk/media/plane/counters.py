"""Counts events in plain integers, where they happen; they are read on request.

Bytes and packets are counted in the tallies of each stream and connection, and summed on request.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from dataclasses import dataclass, field

from kiosk.media.statistics import Distribution

JOIN_BOUNDS_S = (0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 30.0)
DELAY_BOUNDS_S = (0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0)

DROPS = (
    *("bad_size", "unknown_source", "unauthentic", "unexpected_stream", "unsent", "faults"),
    *("refused_checks", "refused_rtcp", "refused_dtls", "refused_sctp"),
)
"""The counters of datagrams, in or out, that were dropped."""


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


class Histogram:
    """Counts how often a time fell between two bounds (seconds)."""

    __slots__ = ("_bounds", "_counts", "_sum")

    def __init__(self, bounds: tuple[float, ...]) -> None:
        self._bounds = bounds
        self._counts = [0] * (len(bounds) + 1)
        self._sum = 0.0

    def observe(self, seconds: float) -> None:
        """Count one; a negative time counts as zero."""
        seconds = max(0.0, seconds)
        self._counts[bisect_left(self._bounds, seconds)] += 1
        self._sum += seconds

    def read(self) -> Distribution:
        """Return what was counted so far."""
        return Distribution(self._bounds, tuple(self._counts), self._sum)


@dataclass(slots=True)
class Counters:
    """Everything the plane counts since it started; nothing is ever set back."""

    received: int = 0
    forwarded: int = 0

    bad_size: int = 0
    unknown_source: int = 0
    unauthentic: int = 0
    unexpected_stream: int = 0
    unsent: int = 0
    faults: int = 0
    refused_checks: int = 0
    """STUN not signed with a peer's password, or sent again from another address."""
    refused_rtcp: int = 0
    refused_dtls: int = 0
    """DTLS that came too fast, or found the queue of its peer full."""
    refused_sctp: int = 0
    """SCTP packets that were malformed, or too many."""

    repeats: int = 0
    """Packets repeated for a browser from the cache."""
    repeats_gone: int = 0
    """Asked for too late: the cache had moved on."""
    repeats_refused: int = 0
    """Asked for faster than is allowed, or nowhere to send to."""
    nacks_sent: int = 0
    packets_asked: int = 0
    """Missing packets named in those NACKs."""
    key_frames_asked: int = 0
    """PLIs sent to publishers."""
    key_frames_wanted: int = 0
    """PLIs and FIRs received from subscribers."""

    offers: int = 0
    joins: int = 0
    ended: Counter[str] = field(default_factory=Counter)
    """Peers that ended, by reason (:class:`kiosk.media.engine.GoneReason`)."""

    former_up: Tally = field(default_factory=Tally)
    former_down: Tally = field(default_factory=Tally)
    """Media of the peers that have ended."""

    join_s: Histogram = field(default_factory=lambda: Histogram(JOIN_BOUNDS_S))
    """From the offer to DTLS being ready."""
    loop_delay_s: Histogram = field(default_factory=lambda: Histogram(DELAY_BOUNDS_S))
    """How late the event loop's timer was: every packet waits so long."""

    @property
    def dropped(self) -> int:
        """All datagrams that were dropped."""
        return sum(self.drops().values())

    def drops(self) -> dict[str, int]:
        """Return how many datagrams were dropped, by cause."""
        return {cause: int(getattr(self, cause)) for cause in DROPS}

    def joined(self, seconds: float) -> None:
        """Count a peer that has connected so long after its offer."""
        self.joins += 1
        self.join_s.observe(seconds)

    def has_ended(self, reason: str, up: Tally, down: Tally) -> None:
        """Count a peer that has ended, and keep the sum of its media."""
        self.ended[reason] += 1
        self.former_up.add(up)
        self.former_down.add(down)

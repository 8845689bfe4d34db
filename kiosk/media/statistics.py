"""What the plane has counted, as it travels to whoever asks (``engine.MediaEngine.statistics``)."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Distribution:
    """How often a time fell up to each bound, but above the one before (seconds).

    ``counts`` has one more member than ``bounds``: what was longer than the last.
    """

    bounds: tuple[float, ...]
    counts: tuple[int, ...]
    sum: float

    @classmethod
    def from_wire(cls, told: dict[str, object]) -> Distribution:
        """Rebuild one from JSON, which knows lists only."""
        return cls(tuple(told["bounds"]), tuple(told["counts"]), told["sum"])  # type: ignore[arg-type]


@dataclass(frozen=True, slots=True, kw_only=True)
class Statistics:
    """Figures since the plane started, without any id. *Up* is browser to plane."""

    instance: str
    uptime_s: float
    cpu_s: float
    resident_bytes: int
    rooms: int
    connecting: int
    """Peers that were made an offer and have no media yet."""
    connected: int

    datagrams_received: int
    packets_up: int
    packets_down: int
    """RTP sent to browsers, repeats included."""
    bytes_up: int
    bytes_down: int
    forwarded: int
    dropped: dict[str, int]
    """Datagrams that went nowhere, by cause: ``plane/counters.py`` names them."""

    repeats: int
    repeats_gone: int
    repeats_refused: int
    nacks_sent: int
    packets_asked: int
    key_frames_asked: int
    key_frames_wanted: int

    offers: int
    joins: int
    ended: dict[str, int]
    """Peers that ended, by reason (:class:`kiosk.media.engine.GoneReason`)."""
    join_s: Distribution
    """From the offer to the media being ready."""
    loop_delay_s: Distribution

"""The counters of the plane, as ``engine.MediaEngine.statistics`` returns them."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Distribution:
    """A histogram of durations, in seconds.

    ``counts[i]`` counts those above ``bounds[i - 1]`` and at most ``bounds[i]``; the last member of
    ``counts``, one more than ``bounds`` has, counts those above the last bound.
    """

    bounds: tuple[float, ...]
    counts: tuple[int, ...]
    sum: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Statistics:
    """Figures since the plane started, without any id. *Up* is browser to plane."""

    instance: str
    uptime_s: float
    cpu_s: float
    resident_bytes: int
    rooms: int
    connecting: int
    """Peers that have an offer and no media yet."""
    connected: int

    datagrams_received: int
    packets_up: int
    packets_down: int
    """RTP sent to browsers, repeats included."""
    bytes_up: int
    bytes_down: int
    forwarded: int
    dropped: dict[str, int]
    """Datagrams dropped, by cause: ``plane/counters.py`` names them."""

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

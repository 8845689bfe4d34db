"""What one receiver gets of a publisher with several layers: one layer at a time, seamlessly."""

from __future__ import annotations

from collections.abc import Iterator

from kiosk.media.plane.streams.publication import Publication
from kiosk.media.plane.streams.stream_rewriter import Rewriter
from kiosk.media.plane.wire.sdp import CLOCK_RATES, VIDEO
from kiosk.media.plane.wire.vp8 import starts_key_frame

SHORTEST_GAP = 90
"""Timestamp units between pictures of two layers, which may be captured at the same moment."""

CREDIBLE_S = 1.0
"""The publisher's clock and ours may differ by so much over a change; beyond, ours is used."""


class View:
    """Selects and rewrites the packets of one publisher for one receiver."""

    __slots__ = ("_sent_at", "current", "rewriter", "target")

    def __init__(self, target: Publication, now: float) -> None:
        self.current: Publication | None = None
        """The layer the receiver gets; None before its first key frame."""

        self.target = target
        """The layer it is to get from that layer's next key frame on."""

        self.rewriter = Rewriter()
        self._sent_at = now

    def continue_from(self, layer: Publication) -> None:
        """Begin with a receiver that was sent ``layer`` unchanged so far."""
        newest = layer.cache.newest if layer.cache is not None else None
        if newest is not None and layer.cache is not None:
            self.rewriter.continue_from(newest, layer.cache)
            self.current = layer

    def write(
        self, layer: Publication, packet: bytearray, size: int, out: bytearray, now: float
    ) -> int:
        """Write a packet of ``layer`` into ``out`` for the receiver; return its size, or 0.

        0: the receiver is not to get it.
        """
        if layer is not self.current:
            if self.current is not None and layer is not self.target:
                return 0
            if not starts_key_frame(packet, size):
                return 0
            self._switch(layer, packet, size, now)
        self._sent_at = now
        return self.rewriter.write(packet, size, out)

    def first_packets(self, layer: Publication, now: float) -> Iterator[bytes]:
        """Yield the cached packets of ``layer`` since its last key frame, for the receiver."""
        if layer.cache is None:
            return
        for cached in layer.cache.since_key_frame():
            out = bytearray(len(cached))
            size = self.write(layer, bytearray(cached), len(cached), out, now)
            yield bytes(out[:size])

    def restarted(self, layer: Publication) -> None:
        """Wait for a key frame of a layer that has begun anew under another SSRC."""
        if self.current is layer:
            self.current = None
            self.target = layer

    @property
    def timestamp_shift(self) -> int:
        """How far the receiver's timestamps are ahead of the publisher's."""
        return self.rewriter.now.timestamp_shift if self.current is not None else 0

    def _switch(self, layer: Publication, packet: bytearray, size: int, now: float) -> None:
        assert layer.cache is not None
        elapsed = now - self._sent_at
        if self.current is not None:
            captured = layer.captured_at(int.from_bytes(packet[4:8]))
            before = self.current.captured_at(self.rewriter.now.source_timestamp)
            # The publisher's own clock is exact, but its reports may be missing or wrong.
            if captured is not None and before is not None:
                exact = captured - before
                elapsed = exact if abs(exact - elapsed) < CREDIBLE_S else elapsed
        gap = max(SHORTEST_GAP, round(elapsed * CLOCK_RATES[VIDEO]))
        self.rewriter.begin(packet, size, layer.cache, gap)
        self.current = layer

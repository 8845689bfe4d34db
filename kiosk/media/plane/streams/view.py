"""What one receiver is shown of a publisher with several layers: one at a time, without a seam."""

from __future__ import annotations

from collections.abc import Iterator

from kiosk.media.plane.streams.publication import Publication
from kiosk.media.plane.streams.stream_rewriter import Numbering
from kiosk.media.plane.wire.sdp import CLOCK_RATES, VIDEO
from kiosk.media.plane.wire.vp8 import starts_key_frame

SHORTEST_GAP = 90
"""Timestamp units between pictures of two layers, which may have been filmed at the same moment."""

CREDIBLE_S = 1.0
"""The publisher's clock and ours may differ by so much over a change; beyond, ours counts."""


class View:
    """What one receiver is shown of one publisher with several layers."""

    __slots__ = ("_sent_at", "current", "numbering", "target")

    def __init__(self, target: Publication, now: float) -> None:
        self.current: Publication | None = None
        self.target = target
        self.numbering = Numbering()
        self._sent_at = now

    def carry_on(self, layer: Publication) -> None:
        """Begin with a receiver that was sent ``layer`` as it came so far."""
        newest = layer.cache.newest if layer.cache is not None else None
        if newest is not None and layer.cache is not None:
            self.numbering.carry_on(newest, layer.cache)
            self.current = layer

    def write(
        self, layer: Publication, packet: bytearray, size: int, out: bytearray, now: float
    ) -> int:
        """Write a packet of ``layer`` as the receiver is to get it; 0 when it is not to get it."""
        if layer is not self.current:
            if self.current is not None and layer is not self.target:
                return 0
            if not starts_key_frame(packet, size):
                return 0
            self._cut(layer, packet, size, now)
        self._sent_at = now
        return self.numbering.write(packet, size, out)

    def opening(self, layer: Publication, now: float) -> Iterator[bytes]:
        """Yield what is kept of ``layer`` since its last key frame, as the receiver gets it."""
        if layer.cache is None:
            return
        for kept in layer.cache.since_key_frame():
            out = bytearray(len(kept))
            size = self.write(layer, bytearray(kept), len(kept), out, now)
            yield bytes(out[:size])

    def restarted(self, layer: Publication) -> None:
        """Wait for a key frame of a layer that has begun anew under another SSRC."""
        if self.current is layer:
            self.current = None
            self.target = layer

    @property
    def timestamp_shift(self) -> int:
        """What the receiver's timestamps are ahead of the publisher's."""
        return self.numbering.now.timestamp_shift if self.current is not None else 0

    def _cut(self, layer: Publication, packet: bytearray, size: int, now: float) -> None:
        assert layer.cache is not None
        elapsed = now - self._sent_at
        if self.current is not None:
            filmed = layer.filmed_at(int.from_bytes(packet[4:8]))
            before = self.current.filmed_at(self.numbering.now.source_timestamp)
            # The publisher's own clock is exact, but its reports may be missing, or make no sense.
            if filmed is not None and before is not None:
                exact = filmed - before
                elapsed = exact if abs(exact - elapsed) < CREDIBLE_S else elapsed
        gap = max(SHORTEST_GAP, round(elapsed * CLOCK_RATES[VIDEO]))
        self.numbering.begin(packet, size, layer.cache, gap)
        self.current = layer

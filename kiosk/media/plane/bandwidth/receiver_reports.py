"""What a browser tells of how our streams arrive, and how long the way to it and back is."""

from __future__ import annotations

from collections import OrderedDict

from kiosk.media.plane.wire.rtcp import ReportBlock
from kiosk.media.plane.wire.sdp import CLOCK_RATES, VIDEO

REMEMBERED_REPORTS = 32

CREDIBLE_S = 60.0


class Told:
    """One browser's receiver reports (RFC 3550 §6.4.1), the last on each kind of stream."""

    __slots__ = ("_reports", "_sent", "trip_s")

    def __init__(self) -> None:
        self.trip_s: float | None = None
        """The last round trip to it and back, seconds."""

        self._reports: dict[int, ReportBlock] = {}
        self._sent: OrderedDict[int, float] = OrderedDict()

    def sent(self, middle: int, now: float) -> None:
        """Remember when an SR with that NTP middle went to this browser, for the round trip."""
        self._sent[middle] = now
        if len(self._sent) > REMEMBERED_REPORTS:
            self._sent.popitem(last=False)

    def take(self, block: ReportBlock, payload_type: int, now: float) -> None:
        """Take the browser's word on how a stream with this payload type arrives."""
        self._reports[payload_type] = block
        sent_at = self._sent.get(block.last_sr)
        if sent_at is not None:
            trip = now - sent_at - block.delay_since_sr / 65536
            if 0 <= trip < CREDIBLE_S:
                self.trip_s = trip

    @property
    def picture_loss(self) -> float:
        """The part of what we sent of pictures that it last missed, 0 to 1."""
        return self._reports[VIDEO].fraction / 256 if VIDEO in self._reports else 0.0

    @property
    def loss(self) -> float | None:
        """The part it last missed of the stream that came worst, 0 to 1."""
        return max((block.fraction / 256 for block in self._reports.values()), default=None)

    @property
    def jitter_ms(self) -> float | None:
        """How unevenly the worst of them came, milliseconds."""
        found = (b.jitter * 1000 / CLOCK_RATES[kind] for kind, b in self._reports.items())
        return max(found, default=None)

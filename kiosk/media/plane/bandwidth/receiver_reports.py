"""What a browser's receiver reports say: loss, jitter, and the round trip to the browser."""

from __future__ import annotations

from collections import OrderedDict

from kiosk.media.plane.wire.rtcp import ReportBlock
from kiosk.media.plane.wire.sdp import CLOCK_RATES, VIDEO

REMEMBERED_REPORTS = 32
"""Sender reports of which the time of sending is remembered."""

CREDIBLE_S = 60.0
"""A longer round trip is a wrong report."""


class ReceiverReports:
    """One browser's latest report block for each kind of stream (RFC 3550 §6.4.1)."""

    __slots__ = ("_reports", "_sent", "rtt_s")

    def __init__(self) -> None:
        self.rtt_s: float | None = None
        """The last round trip to the browser, seconds; None before the first."""

        self._reports: dict[int, ReportBlock] = {}
        self._sent: OrderedDict[int, float] = OrderedDict()

    def sender_report_sent(self, middle: int, now: float) -> None:
        """Remember when a sender report with that NTP middle was sent, for the round trip."""
        self._sent[middle] = now
        if len(self._sent) > REMEMBERED_REPORTS:
            self._sent.popitem(last=False)

    def received(self, block: ReportBlock, payload_type: int, now: float) -> None:
        """Take the browser's report on a stream with this payload type."""
        self._reports[payload_type] = block
        sent_at = self._sent.get(block.last_sr)
        if sent_at is not None:
            rtt = now - sent_at - block.delay_since_sr / 65536
            if 0 <= rtt < CREDIBLE_S:
                self.rtt_s = rtt

    @property
    def video_loss(self) -> float:
        """The part of the camera pictures' packets last reported lost, 0 to 1."""
        return self._reports[VIDEO].fraction / 256 if VIDEO in self._reports else 0.0

    @property
    def worst_loss(self) -> float | None:
        """The part last reported lost of the stream with the most loss, 0 to 1."""
        return max((block.fraction / 256 for block in self._reports.values()), default=None)

    @property
    def worst_jitter_ms(self) -> float | None:
        """The largest jitter of any stream, milliseconds."""
        found = (b.jitter * 1000 / CLOCK_RATES[kind] for kind, b in self._reports.items())
        return max(found, default=None)

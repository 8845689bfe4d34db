"""What is known of the line down to one receiver, and what is concluded from it."""

from __future__ import annotations

from collections.abc import Sequence

from kiosk.media.plane.bandwidth.layer_choice import LayerChoice, Line, Picture
from kiosk.media.plane.bandwidth.receiver_reports import ReceiverReports
from kiosk.media.plane.bandwidth.throughput import Throughput


class Downlink:
    """One receiver's estimate, reports and measured throughput."""

    __slots__ = ("_choice", "remb", "reports", "throughput")

    def __init__(self) -> None:
        self.remb: int | None = None
        """What the browser estimates it can receive over all its slots, bit/s; None: not yet."""

        self.reports = ReceiverReports()
        self.throughput = Throughput()
        self._choice: LayerChoice | None = None

    def choose_layers(self, pictures: Sequence[Picture], now: float) -> None:
        """Move the pictures to the rungs this line can carry; called a few times a second."""
        if self._choice is None:
            self._choice = LayerChoice(now)
        line = Line(self.remb, self.reports.video_loss, self.reports.rtt_s)
        self._choice.decide(pictures, line, now)

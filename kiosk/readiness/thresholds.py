"""The numbers between good, fair and bad, with their units and where they come from.

A figure equal to a limit is on the worse side of it. Decision 0060 says how they were chosen.
"""

from __future__ import annotations

from dataclasses import dataclass

from kiosk.readiness.checks import Level


@dataclass(frozen=True, slots=True)
class Limits:
    """Where a figure stops being good, and where it stops being fair.

    With ``more_is_better`` the figure must be above the limits, otherwise below them.
    """

    good: float
    fair: float
    more_is_better: bool = False

    def level(self, value: float) -> Level:
        """Say how good one figure is."""
        if self.more_is_better:
            return Level.GOOD if value > self.good else self._fair_if(value > self.fair)
        return Level.GOOD if value < self.good else self._fair_if(value < self.fair)

    def _fair_if(self, passes: bool) -> Level:
        return Level.FAIR if passes else Level.BAD


# Network: loss and round trip as Twilio's diagnostics and Daily's call-quality test grade them,
# jitter milder because citizens are on Wi-Fi, bit rates from Twilio (500/150) and Jitsi Meet (60).
LOSS_PERCENT = Limits(good=3, fair=8)
RTT_MS = Limits(good=250, fair=600)
JITTER_MS = Limits(good=30, fair=60)
# "At least 500 kbit/s" is good: the limits sit just below, as a figure on a limit is worse.
BITRATE_KBPS = Limits(good=499.999, fair=99.999, more_is_better=True)

# Picture: black below luma 20 and a third of black or frozen frames are errors in WebRTC's
# TestRTC, as is less than 5 frames a second; the dark and slow limits are ours.
LUMA = Limits(good=50, fair=19.999, more_is_better=True)
BLACK_SHARE = Limits(good=0.2, fair=1 / 3)
FROZEN_SHARE = Limits(good=0.2, fair=1 / 3)
FPS = Limits(good=12, fair=4.999, more_is_better=True)

# Voice: low below -60 dBFS and two seconds of sound in five are TestRTC's; a person who only says
# "bonjour" makes about half a second of it.
LEVEL_DBFS = Limits(good=-45, fair=-60, more_is_better=True)
HEARD_S = Limits(good=0.4, fair=0.1, more_is_better=True)

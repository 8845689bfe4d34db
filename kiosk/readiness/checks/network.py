"""The network check: a call to oneself through the media process, measured for some seconds."""

from __future__ import annotations

from collections.abc import Mapping

from kiosk.readiness.vocabulary import (
    GO_ON,
    Check,
    Constant,
    Figure,
    Level,
    Outcome,
    Passes,
    Threshold,
    Use,
)

_GRADED = "graded as by Twilio's diagnostics and Daily's call-quality test"

LOSS_PERCENT = Threshold(Passes.BELOW, good=3, fair=8, source=_GRADED)
RTT_MS = Threshold(Passes.BELOW, good=250, fair=600, source=_GRADED)
JITTER_MS = Threshold(
    Passes.BELOW, good=30, fair=60, source=f"{_GRADED}, milder: citizens are on Wi-Fi"
)
BITRATE_KBPS = Threshold(
    Passes.AT_LEAST, good=500, fair=100, source="between Twilio (500, 150) and Jitsi Meet (60)"
)


def verdict(levels: Mapping[str, Level]) -> str:
    """Name the worst of loss, round trip, jitter and the two bit rates."""
    if Level.BAD in levels.values():
        return "poor"
    return "weak" if Level.FAIR in levels.values() else "good"


CHECK = Check(
    id="network",
    place=70,
    figures={
        "loss_percent": Figure("% of packets, the worse direction", 0, 100, LOSS_PERCENT),
        "rtt_ms": Figure("ms, there and back", 0, 60_000, RTT_MS),
        "jitter_ms": Figure("ms, the worse direction", 0, 60_000, JITTER_MS),
        "up_kbps": Figure("kbit/s sent", 0, 1_000_000, BITRATE_KBPS),
        "down_kbps": Figure("kbit/s received", 0, 1_000_000, BITRATE_KBPS),
    },
    outcomes={
        "good": GO_ON,
        # On a weak network sound alone is proposed; the person chooses, and the call adapts.
        "weak": Outcome(Level.FAIR, Use.VIDEO, "come_closer_to_box"),
        "poor": Outcome(Level.BAD, Use.PHONE, "come_closer_or_phone"),
    },
    failures={
        "blocked": Outcome(Level.BAD, Use.PHONE, "other_network_or_phone"),
        "timeout": Outcome(Level.BAD, Use.PHONE, "try_again_or_phone"),
        "unavailable": Outcome(Level.UNAVAILABLE, Use.VIDEO, "go_on_unmeasured"),
    },
    verdict=verdict,
    constants={
        "measure_s": Constant(6, "s of measuring once connected", "ours"),
        "at_most_ms": Constant(
            30_000, "ms", "ours: a slower measurement says more than its figures would"
        ),
        "probe_bps": Constant(
            800_000, "bit/s asked of the encoder", "ours: a call, and a bit more"
        ),
        "warm_up_ms": Constant(
            1_500, "ms not counted", "ours: the encoder starts low and climbs, whatever the line"
        ),
        "read_every_ms": Constant(500, "ms between readings", "ours"),
        "best_readings": Constant(
            3,
            "readings in a row that make a rate",
            "ours: what came while the rate climbed is no limit of the line",
        ),
        "climbing_factor": Constant(
            1.1,
            "growth within so many readings, from which the encoder is the limit",
            "ours: measured in Firefox",
        ),
        "climbs_for_ms": Constant(
            6_000, "ms more for an encoder that climbs slowly", "ours: measured in Firefox"
        ),
    },
)

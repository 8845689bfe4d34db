"""The voice check: does the microphone hear the person? No sound is kept."""

from __future__ import annotations

from collections.abc import Mapping

from kiosk.readiness.vocabulary import (
    GO_ON,
    NOT_MEASURED,
    Check,
    Constant,
    Figure,
    Level,
    Outcome,
    Passes,
    Threshold,
    Use,
)

LEVEL_DBFS = Threshold(
    Passes.ABOVE, good=-45, fair=-60, source="low below -60: WebRTC's TestRTC; -45: ours"
)
HEARD_S = Threshold(
    Passes.ABOVE, good=0.4, fair=0.1, source='ours: "bonjour" makes about half a second of sound'
)


def verdict(levels: Mapping[str, Level]) -> str:
    """Name the worse of loudness and duration."""
    if Level.BAD in levels.values():
        return "silent"
    if Level.FAIR in levels.values():
        return "quiet"
    return NOT_MEASURED if Level.UNKNOWN in levels.values() else "good"


CHECK = Check(
    id="voice",
    place=50,
    figures={
        "level_dbfs": Figure("dB of full scale, the loudest word", -200, 0, LEVEL_DBFS),
        "heard_s": Figure("seconds above the threshold of sound", 0, 600, HEARD_S),
    },
    outcomes={
        "good": GO_ON,
        "quiet": Outcome(Level.FAIR, Use.VIDEO, "speak_up"),
        "silent": Outcome(Level.BAD, Use.PHONE, "unmute_microphone"),
    },
    failures={
        "unmoved": Outcome(Level.BAD, Use.PHONE, "choose_other_microphone"),
        "lost": Outcome(Level.UNAVAILABLE, Use.PHONE, "check_microphone_plug"),
    },
    verdict=verdict,
    constants={
        "listen_every_ms": Constant(50, "ms", "ours"),
        "listenings_kept": Constant(400, "listenings", "ours: 20 s"),
        "heard_dbfs": Constant(-50, "dB of full scale above which something is heard", "ours"),
        "word_s": Constant(0.4, "s", "ours: how long a short word lasts"),
        "bar_from_dbfs": Constant(-60, "dB of full scale, the bar empty", "ours"),
        "bar_to_dbfs": Constant(-12, "dB of full scale, the bar full", "ours"),
        "silent_after_ms": Constant(5_000, "ms before the page says so", "WebRTC's TestRTC"),
    },
)

"""The sound check: does the person hear the tune that the page plays? They answer themselves."""

from __future__ import annotations

from kiosk.readiness.vocabulary import Check, Level, Outcome, Use

CHECK = Check(
    id="sound",
    place=60,
    failures={
        "unheard": Outcome(Level.BAD, Use.PHONE, "turn_volume_up"),
        # The tune was not played; the call's sound takes another way through the browser.
        "unsupported": Outcome(Level.UNKNOWN, Use.VIDEO, "turn_volume_up_and_go_on"),
    },
)

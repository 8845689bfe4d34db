"""The device check: can this browser, on this device, at this address, hold a call?"""

from __future__ import annotations

from kiosk.readiness.vocabulary import Check, Constant, Level, Outcome, Use

OLDEST = Constant(
    {"chrome": 108, "edge": 108, "firefox": 115, "safari": 16, "samsung": 21, "opera": 94},
    "first major version meant to work: what scripts use without asking is there",
    "docs/browsers.md and decision 0293; a law compares the scripts with it",
)

CHECK = Check(
    id="device",
    place=10,
    failures={
        "outdated": Outcome(Level.FAIR, Use.VIDEO, "update_browser"),
        "in_app": Outcome(Level.BAD, Use.AUDIO, "leave_app"),
        "unsupported": Outcome(Level.BAD, Use.PHONE, "take_known_browser"),
        "insecure": Outcome(Level.BAD, Use.PHONE, "return_by_link"),
    },
    constants={"oldest": OLDEST},
)

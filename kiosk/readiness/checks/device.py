"""The device check: can this browser, on this device, at this address, hold a call?"""

from __future__ import annotations

from kiosk.readiness.vocabulary import Check, Constant, Level, Outcome, Use

OLDEST = Constant(
    {"chrome": 90, "edge": 90, "firefox": 90, "safari": 15, "samsung": 15, "opera": 76},
    "first major version with everything a call needs",
    "decision 0061",
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

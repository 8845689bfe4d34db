"""Failures that the camera's and the microphone's permission checks share.

The names follow the errors of getUserMedia (Media Capture and Streams §10.2), sorted by what a
person can do about them.
"""

from __future__ import annotations

from kiosk.readiness.vocabulary import Constant, Level, Outcome, Use


def failures(kind: str, use: Use) -> dict[str, Outcome]:
    """Return the failures of asking for a device; ``kind`` is camera or microphone."""
    refused = {
        "dismissed": "answer_question",
        "denied": "follow_instructions",
        "blocked_by_system": f"allow_{kind}_in_system",
    }
    unavailable = {
        "not_found": f"find_{kind}",
        "in_use": "close_other_calls",
        "unsuitable": f"change_{kind}",
        "aborted": f"plug_{kind}_again",
        "timeout": "look_for_question",
        "insecure": "return_by_link",
        "unsupported": "change_browser",
    }
    return {
        **{name: Outcome(Level.REFUSED, use, advice) for name, advice in refused.items()},
        **{name: Outcome(Level.UNAVAILABLE, use, advice) for name, advice in unavailable.items()},
    }


ANSWER_WITHIN_MS = Constant(
    20_000, "ms", "ours: people look for the browser's question for about ten seconds"
)
LOOK_EVERY_MS = Constant(
    1_500, "ms between looks at a refused permission", "ours: felt at once, costs nothing"
)

CONSTANTS = {"answer_within_ms": ANSWER_WITHIN_MS, "look_every_ms": LOOK_EVERY_MS}
"""What both checks measure with."""

"""The microphone check: may the page use a microphone? Without one the telephone remains."""

from __future__ import annotations

from kiosk.readiness.permission import CONSTANTS, failures
from kiosk.readiness.vocabulary import Check, Use

CHECK = Check(
    id="microphone", place=30, failures=failures("microphone", Use.PHONE), constants=CONSTANTS
)

"""The camera check: may the page use a camera? Without one the call has sound."""

from __future__ import annotations

from kiosk.readiness.permission import CONSTANTS, failures
from kiosk.readiness.vocabulary import Check, Use

CHECK = Check(id="camera", place=20, failures=failures("camera", Use.AUDIO), constants=CONSTANTS)

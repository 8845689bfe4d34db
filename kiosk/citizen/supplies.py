"""The modules and style sheets that the page of a step needs beside its words.

``static/js/visit/behaviours.js`` imports a step's module when the step is shown (decision 0062);
here is what to announce or to fetch beforehand. A test compares the two.
"""

from __future__ import annotations

from kiosk.citizen.screens import Screen

MAIN = "js/entries/visit.js"
"""The entry of the visit's page, which imports what every step needs at once."""

_STEPS = "js/visit/steps/"
_JUDGE, _STREAMS = "js/visit/judge.js", "js/visit/streams.js"
_ENTER_NOW, _PREJOIN = "js/visit/enter-now.js", "js/call/prejoin.js"

SCRIPTS: dict[str, tuple[str, ...]] = {
    "device": (f"{_STEPS}device-step.js", _JUDGE),
    "camera": (f"{_STEPS}permission-step.js", _JUDGE, _STREAMS),
    "microphone": (f"{_STEPS}permission-step.js", _JUDGE, _STREAMS),
    "picture": (f"{_STEPS}picture-step.js", _JUDGE, _STREAMS),
    "voice": (f"{_STEPS}voice-step.js", _JUDGE, _STREAMS),
    "sound": (f"{_STEPS}sound-step.js", _JUDGE),
    "network": (f"{_STEPS}network-step.js", "js/call/network-probe.js", _JUDGE, _STREAMS),
    "name": (f"{_STEPS}name-step.js",),
    "waiting_room": (f"{_STEPS}waiting-step.js", _ENTER_NOW, _PREJOIN),
    "call": (f"{_STEPS}call-step.js", _JUDGE, _STREAMS, _PREJOIN),
    "end": (f"{_STEPS}end-step.js", _STREAMS),
}
"""By step; a step that is not named here has words only."""

_SHEETS = {"picture": "css/calling.css", "voice": "css/calling.css", "call": "css/calling.css"}


def scripts(step: Screen) -> tuple[str, ...]:
    """Return the modules a step comes alive with, relative to ``static/``."""
    return SCRIPTS.get(step.id, ())


def sheet(step: Screen) -> str:
    """Return the sheet without which a step would look wrong, or an empty string."""
    return _SHEETS.get(step.id, "")

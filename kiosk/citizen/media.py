"""The citizen's media routes: the call, and the echo connection that measures the network."""

from __future__ import annotations

from kiosk.calls.model import Participant
from kiosk.citizen import visiting
from kiosk.citizen.blueprint import blueprint
from kiosk.edges.media_routes import media_blueprint


def _participant() -> Participant:
    return visiting.required().participant


def _leaver() -> Participant:
    return visiting.required_to_leave().participant


blueprint.register_blueprint(
    media_blueprint(
        joining=_participant,
        seated=_participant,
        leaving=_leaver,
        rate="120 per minute",
        with_echo=True,
    ),
    url_prefix="/parcours/media",
)

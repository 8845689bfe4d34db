"""``/healthz``: is the house able to receive people? For load balancers and for ``make run``.

Each part registers a probe; nothing here knows what a database or a media process is.
"""

from __future__ import annotations

from collections.abc import Callable

import structlog
from flask import Blueprint, Flask, current_app
from flask.typing import ResponseReturnValue

Probe = Callable[[], bool]
"""Says whether a part works; may raise, which means no. Must answer within a second."""

log = structlog.get_logger()
bp = Blueprint("health", __name__)


def init_app(app: Flask) -> None:
    """Open ``/healthz``."""
    app.extensions["health"] = {}
    app.register_blueprint(bp)


def register_probe(app: Flask, part: str, probe: Probe) -> None:
    """Let ``part`` take part in the verdict."""
    app.extensions["health"][part] = probe


@bp.get("/healthz")
def healthz() -> ResponseReturnValue:
    """Answer 200 when every part works, 503 otherwise: ``{"ok": …, "parts": {name: bool}}``."""
    probes: dict[str, Probe] = current_app.extensions["health"]
    parts = {part: _works(part, probe) for part, probe in probes.items()}
    ok = all(parts.values())
    return {"ok": ok, "parts": parts}, 200 if ok else 503, {"Cache-Control": "no-store"}


def _works(part: str, probe: Probe) -> bool:
    try:
        return probe()
    except Exception as error:
        log.warning("health.failed", part=part, error=type(error).__name__)
        return False

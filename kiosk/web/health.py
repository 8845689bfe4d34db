"""``/healthz``: does every part of the server work? For load balancers and for ``make run``.

Each part registers a probe; nothing here knows what a database or a media process is. Observers
(``observers.py``) also read what is wrong with the set-up.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Protocol

import structlog
from flask import Blueprint, Flask, current_app
from flask.typing import ResponseReturnValue

from kiosk.web.i18n import current_language
from kiosk.web.observers import may_observe
from kiosk.web.setup_sentences import said

Probe = Callable[[], bool]
"""Return whether a part works; an exception means no. Must answer within a second."""


class Finding(Protocol):
    """Something misconfigured: a code of ``setup_sentences.py`` and what fills its sentence."""

    @property
    def code(self) -> str:
        """Stable and dotted."""

    @property
    def values(self) -> Mapping[str, object]:
        """What the sentence names."""


log = structlog.get_logger()
bp = Blueprint("health", __name__)


def init_app(app: Flask) -> None:
    """Open ``/healthz``."""
    app.extensions["health"] = {}
    app.extensions["findings"] = list
    app.register_blueprint(bp)


def register_probe(app: Flask, part: str, probe: Probe) -> None:
    """Include ``part`` in the answer."""
    app.extensions["health"][part] = probe


def register_findings(app: Flask, findings: Callable[[], Sequence[Finding]]) -> None:
    """Include what ``findings`` returns at each request."""
    app.extensions["findings"] = findings


@bp.get("/healthz")
def healthz() -> ResponseReturnValue:
    """Answer 200 when every part works, 503 otherwise: ``{"ok": …, "parts": {name: bool}}``.

    Probes may write: a database that can only be read is not well.
    For observers also ``"findings": [{"code", "sentence", "advice"}]``; they do not make it 503.
    """
    probes: dict[str, Probe] = current_app.extensions["health"]
    parts = {part: _works(part, probe) for part, probe in probes.items()}
    ok = all(parts.values())
    answer: dict[str, object] = {"ok": ok, "parts": parts}
    if may_observe():
        answer["findings"] = _findings()
    return answer, 200 if ok else 503, {"Cache-Control": "no-store"}


def _findings() -> list[dict[str, str]]:
    found: Sequence[Finding] = current_app.extensions["findings"]()
    language = current_language().code
    findings = []
    for one in found:
        title, advice = said(one.code, one.values, language)
        findings.append({"code": one.code, "sentence": title, "advice": advice})
    return findings


def _works(part: str, probe: Probe) -> bool:
    try:
        return probe()
    except Exception as error:
        log.warning("health.failed", part=part, error=type(error).__name__)
        return False

"""``/metrics`` for Prometheus: counters and gauges, never an id, a name or an address.

Each part registers a source; nothing here knows what a call is. Read only when asked: between two
requests it costs nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

import structlog
from flask import Blueprint, Flask, Response, current_app
from prometheus_client import CollectorRegistry, PlatformCollector, ProcessCollector
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest
from prometheus_client.registry import Collector

from kiosk.errors import NotAllowed
from kiosk.system.processes import Child
from kiosk.web.limits import limiter
from kiosk.web.observers import may_observe

Source = Callable[[], Iterable[Metric]]
"""Returns what a part has to tell now. Must answer within a few seconds."""

log = structlog.get_logger()
bp = Blueprint("metrics", __name__)


class _Part(Collector):
    """A registered source, as a registry wants it; one that fails silences nobody else."""

    def __init__(self, source: Source) -> None:
        self._source = source

    def collect(self) -> Iterable[Metric]:
        try:
            return list(self._source())
        except Exception:
            log.exception("metrics.failed")
            return []

    def describe(self) -> Iterable[Metric]:
        return []  # so that registering asks nothing


def init_app(app: Flask) -> None:
    """Open ``/metrics`` with what the system says of this, the web process."""
    registry = CollectorRegistry()
    ProcessCollector(registry=registry)
    PlatformCollector(registry=registry)
    app.extensions["metrics"] = registry
    app.register_blueprint(bp)


def register_source(app: Flask, source: Source) -> None:
    """Let a part tell its figures."""
    app.extensions["metrics"].register(_Part(source))


def children(processes: Iterable[Child]) -> Source:
    """Return the source for child processes: whether each runs, how often it was restarted."""
    watched = tuple(processes)

    def tell() -> Iterable[Metric]:
        alive = GaugeMetricFamily("kiosk_process_up", "The process runs (1).", labels=["process"])
        falls = CounterMetricFamily(
            "kiosk_process_restarts", "How often the process was restarted.", labels=["process"]
        )
        for child in watched:
            alive.add_metric([child.name], float(child.is_alive()))
            falls.add_metric([child.name], child.restarts)
        return alive, falls

    return tell


@bp.get("/metrics")
@limiter.exempt
def metrics() -> Response:
    """Answer Prometheus' text format; 403 ``access.not_allowed`` to those who may not read it."""
    if not may_observe():
        raise NotAllowed("access.not_allowed")
    registry: CollectorRegistry = current_app.extensions["metrics"]
    return Response(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)

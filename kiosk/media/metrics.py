"""Write the plane's statistics as Prometheus metrics, in the web process; the plane only counts.

Not imported by the media process.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import accumulate

from prometheus_client.core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    HistogramMetricFamily,
    Metric,
)

from kiosk.errors import MediaError
from kiosk.media.engine import MediaEngine
from kiosk.media.statistics import Distribution, Statistics


def metrics_of(engine: MediaEngine) -> Iterator[Metric]:
    """Yield the plane's figures, or only that it does not answer (``kiosk_media_up`` 0)."""
    try:
        stats = engine.statistics()
    except MediaError:
        yield _gauge("up", "The media process answers (1).", 0)
        return
    yield _gauge("up", "The media process answers (1).", 1)
    yield from _present(stats)
    yield from _traffic(stats)
    yield from _repairs(stats)
    yield from _lives(stats)


def _present(stats: Statistics) -> Iterator[Metric]:
    yield _gauge("uptime_seconds", "Age of the media process.", stats.uptime_s)
    yield _gauge("resident_memory_bytes", "Memory of the media process.", stats.resident_bytes)
    yield _counter("cpu_seconds", "Processor time of the media process.", stats.cpu_s)
    yield _gauge("rooms", "Rooms with at least one peer.", stats.rooms)
    states = {"connecting": stats.connecting, "connected": stats.connected}
    people = GaugeMetricFamily(
        "kiosk_media_participants", "Browsers in a room, by state.", labels=["state"]
    )
    for state, count in states.items():
        people.add_metric([state], count)
    yield people


def _traffic(stats: Statistics) -> Iterator[Metric]:
    yield _counter("datagrams_received", "Datagrams read, of any kind.", stats.datagrams_received)
    packets = {"up": stats.packets_up, "down": stats.packets_down}
    yield _counters("packets", "RTP packets from and to browsers.", "direction", packets)
    volume = {"up": stats.bytes_up, "down": stats.bytes_down}
    yield _counters("bytes", "RTP bytes, decrypted, from and to browsers.", "direction", volume)
    yield _counter("forwarded", "RTP packets sent on as they came.", stats.forwarded)
    yield _counters("dropped", "Datagrams that went nowhere.", "cause", stats.dropped)


def _repairs(stats: Statistics) -> Iterator[Metric]:
    asked = {
        "answered": stats.repeats,
        "gone": stats.repeats_gone,
        "refused": stats.repeats_refused,
    }
    yield _counters("repeats", "Packets browsers asked for again, by outcome.", "outcome", asked)
    yield _counter("nacks_sent", "NACKs sent to publishers.", stats.nacks_sent)
    yield _counter("nacked_packets", "Packets named in those NACKs.", stats.packets_asked)
    wishes = {"up": stats.key_frames_wanted, "down": stats.key_frames_asked}
    yield _counters(
        "key_frame_requests",
        "Key frames subscribers wished (up), we asked for (down).",
        "direction",
        wishes,
    )


def _lives(stats: Statistics) -> Iterator[Metric]:
    yield _counter("offers", "Offers made.", stats.offers)
    yield _counter("joins", "Browsers whose media became ready.", stats.joins)
    yield _counters("ended", "Connections that ended, by reason.", "reason", stats.ended)
    yield _histogram("join_seconds", "From the offer to the media being ready.", stats.join_s)
    yield _histogram("loop_delay_seconds", "How late the event loop came back.", stats.loop_delay_s)


def _gauge(name: str, text: str, value: float) -> Metric:
    return GaugeMetricFamily(f"kiosk_media_{name}", text, value=value)


def _counter(name: str, text: str, value: float) -> Metric:
    return CounterMetricFamily(f"kiosk_media_{name}", text, value=value)


def _counters(name: str, text: str, label: str, values: Mapping[str, int]) -> Metric:
    family = CounterMetricFamily(f"kiosk_media_{name}", text, labels=[label])
    for value, count in values.items():
        family.add_metric([value], count)
    return family


def _histogram(name: str, text: str, stats: Distribution) -> Metric:
    family = HistogramMetricFamily(f"kiosk_media_{name}", text)
    bounds: Iterable[str] = (*(str(bound) for bound in stats.bounds), "+Inf")
    family.add_metric([], list(zip(bounds, accumulate(stats.counts), strict=True)), stats.sum)
    return family

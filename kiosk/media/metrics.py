"""The plane's figures in Prometheus' words. The web process asks and writes; the plane only counts.

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
        told = engine.statistics()
    except MediaError:
        yield _gauge("up", "The media process answers (1).", 0)
        return
    yield _gauge("up", "The media process answers (1).", 1)
    yield from _present(told)
    yield from _traffic(told)
    yield from _repairs(told)
    yield from _lives(told)


def _present(told: Statistics) -> Iterator[Metric]:
    yield _gauge("uptime_seconds", "Age of the media process.", told.uptime_s)
    yield _gauge("resident_memory_bytes", "Memory of the media process.", told.resident_bytes)
    yield _counter("cpu_seconds", "Processor time of the media process.", told.cpu_s)
    yield _gauge("rooms", "Rooms with at least one peer.", told.rooms)
    states = {"connecting": told.connecting, "connected": told.connected}
    people = GaugeMetricFamily(
        "kiosk_media_participants", "Browsers in a room, by state.", labels=["state"]
    )
    for state, count in states.items():
        people.add_metric([state], count)
    yield people


def _traffic(told: Statistics) -> Iterator[Metric]:
    yield _counter("datagrams_received", "Datagrams read, of any kind.", told.datagrams_received)
    packets = {"up": told.packets_up, "down": told.packets_down}
    yield _counters("packets", "RTP packets from and to browsers.", "direction", packets)
    volume = {"up": told.bytes_up, "down": told.bytes_down}
    yield _counters("bytes", "RTP bytes, decrypted, from and to browsers.", "direction", volume)
    yield _counter("forwarded", "RTP packets sent on as they came.", told.forwarded)
    yield _counters("dropped", "Datagrams that went nowhere.", "cause", told.dropped)


def _repairs(told: Statistics) -> Iterator[Metric]:
    asked = {
        "answered": told.repeats,
        "gone": told.repeats_gone,
        "refused": told.repeats_refused,
    }
    yield _counters("repeats", "Packets browsers asked for again, by outcome.", "outcome", asked)
    yield _counter("nacks_sent", "NACKs sent to publishers.", told.nacks_sent)
    yield _counter("nacked_packets", "Packets named in those NACKs.", told.packets_asked)
    wishes = {"up": told.key_frames_wanted, "down": told.key_frames_asked}
    yield _counters(
        "key_frame_requests",
        "Key frames subscribers wished (up), we asked for (down).",
        "direction",
        wishes,
    )


def _lives(told: Statistics) -> Iterator[Metric]:
    yield _counter("offers", "Offers made.", told.offers)
    yield _counter("joins", "Browsers whose media became ready.", told.joins)
    yield _counters("ended", "Connections that ended, by reason.", "reason", told.ended)
    yield _histogram("join_seconds", "From the offer to the media being ready.", told.join_s)
    yield _histogram("loop_delay_seconds", "How late the event loop came back.", told.loop_delay_s)


def _gauge(name: str, text: str, value: float) -> Metric:
    return GaugeMetricFamily(f"kiosk_media_{name}", text, value=value)


def _counter(name: str, text: str, value: float) -> Metric:
    return CounterMetricFamily(f"kiosk_media_{name}", text, value=value)


def _counters(name: str, text: str, label: str, values: Mapping[str, int]) -> Metric:
    family = CounterMetricFamily(f"kiosk_media_{name}", text, labels=[label])
    for value, count in values.items():
        family.add_metric([value], count)
    return family


def _histogram(name: str, text: str, told: Distribution) -> Metric:
    family = HistogramMetricFamily(f"kiosk_media_{name}", text)
    bounds: Iterable[str] = (*(str(bound) for bound in told.bounds), "+Inf")
    family.add_metric([], list(zip(bounds, accumulate(told.counts), strict=True)), told.sum)
    return family

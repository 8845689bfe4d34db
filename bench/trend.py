"""Samples of a process over time, and the least-squares line through its memory."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Sample:
    """The media process at one moment; ``at`` in seconds since the start, ``rss`` in kB."""

    at: float
    rss: int
    threads: int
    descriptors: int
    cpu_s: float
    peers: int
    rooms: int
    packets_in: int
    packets_out: int
    dropped: int
    sent: int
    received: int
    joins: int


@dataclass(frozen=True, slots=True)
class Trend:
    """A least-squares line: ``per_hour`` kB, its standard ``error``, over ``hours``."""

    per_hour: float
    error: float
    hours: float
    samples: int


def trend(samples: Sequence[Sample], *, warm_up_s: float) -> Trend:
    """Fit the resident memory after the warm-up; ValueError with fewer than three samples."""
    points = [(s.at / 3600, s.rss) for s in samples if s.at >= warm_up_s]
    if len(points) < 3:
        raise ValueError("too few samples after the warm-up")
    mean_x = sum(x for x, _ in points) / len(points)
    mean_y = sum(y for _, y in points) / len(points)
    spread = sum((x - mean_x) ** 2 for x, _ in points)
    slope = sum((x - mean_x) * (y - mean_y) for x, y in points) / spread
    rest = sum((y - mean_y - slope * (x - mean_x)) ** 2 for x, y in points)
    error = (rest / (len(points) - 2) / spread) ** 0.5
    return Trend(slope, error, points[-1][0] - points[0][0], len(points))


def look_at(process: int) -> tuple[int, int, int, float]:
    """Return resident memory (kB), threads, open descriptors and CPU seconds of a process."""
    status = dict(
        line.split(":", 1)
        for line in Path(f"/proc/{process}/status").read_text().splitlines()
        if ":" in line
    )
    nanoseconds = sum(
        int((task / "schedstat").read_text().split()[0])
        for task in Path(f"/proc/{process}/task").iterdir()
    )
    descriptors = len(list(Path(f"/proc/{process}/fd").iterdir()))
    rss, threads = int(status["VmRSS"].split()[0]), int(status["Threads"])
    return rss, threads, descriptors, nanoseconds / 1e9


def read(file: Path) -> list[Sample]:
    """Return the samples of a run."""
    return [Sample(**json.loads(line)) for line in file.read_text().splitlines()]


def summary(samples: Sequence[Sample], found: Trend) -> str:
    """Return the result of the run in a few lines."""
    first, last = samples[0], samples[-1]
    seconds = last.at - first.at
    return "\n".join(
        [
            f"{seconds / 60:.0f} minutes, {last.joins} joins, at most "
            f"{max(s.peers for s in samples)} peers in {max(s.rooms for s in samples)} rooms",
            f"{last.packets_in:,} datagrams in, {last.packets_out:,} out "
            f"({last.packets_in / seconds:,.0f}/s in), {last.dropped:,} dropped, "
            f"CPU {100 * (last.cpu_s - first.cpu_s) / seconds:.1f} % of a core",
            f"threads {min(s.threads for s in samples)} to {max(s.threads for s in samples)}, "
            f"descriptors {min(s.descriptors for s in samples)} to "
            f"{max(s.descriptors for s in samples)}",
            f"resident memory {min(s.rss for s in samples):,} to {max(s.rss for s in samples):,} "
            f"kB; after the warm-up {found.per_hour:+.0f} kB/hour (standard error "
            f"{found.error:.0f}, {found.samples} samples over {60 * found.hours:.0f} minutes)",
        ]
    )

"""Matches arrivals with departures: the latency of every packet, and the number lost."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bench.load.packets import MARK, Load


class PacketsMixedUp(AssertionError):
    """An arrival is not what was sent: a server forwards wrongly, or the tracing is wrong."""


def latencies(
    load: Load,
    arrivals: NDArray[Any],
    samples: Sequence[tuple[int, bytes]],
    reveal: Callable[[int, bytes], bytes],
) -> NDArray[Any]:
    """Return for each arrival the ns since its departure; -1 where its stream was never sampled.

    Servers may renumber what they forward, but a stream keeps one distance to its origin: the
    marks in the sampled packets tell it, and must agree. ``reveal(socket, packet)`` decrypts.
    Raises :class:`PacketsMixedUp` when they do not.
    """
    sent = _by_stream(load)
    result = np.full(len(arrivals), -1, "i8")
    keys = arrivals["socket"].astype("i8") << 32 | arrivals["ssrc"]
    order = np.argsort(keys, kind="stable")
    names, starts = np.unique(keys[order], return_index=True)
    origins = _origins(samples, reveal)
    for name, positions in zip(names, np.split(order, starts[1:]), strict=True):
        origin = origins.get(int(name))
        if origin is None:
            continue
        stream, distance = origin
        index = (arrivals["sequence"][positions].astype("i8") - distance) & 0xFFFF
        if index.max() >= len(sent[stream]):
            raise PacketsMixedUp(f"stream {stream} has packets that were never sent")
        result[positions] = arrivals["at"][positions] - sent[stream][index]
    return result


def _by_stream(load: Load) -> list[NDArray[Any]]:
    order = np.lexsort((load.index, load.stream))
    ends = np.cumsum(np.bincount(load.stream))[:-1]
    return np.split(load.departures["sent"][order], ends)


def _origins(
    samples: Sequence[tuple[int, bytes]], reveal: Callable[[int, bytes], bytes]
) -> dict[int, tuple[int, int]]:
    origins: dict[int, tuple[int, int]] = {}
    for socket, packet in samples:
        stream, index = MARK.unpack(reveal(socket, packet)[-MARK.size :])
        name = socket << 32 | int.from_bytes(packet[8:12])
        origin = stream, (int.from_bytes(packet[2:4]) - index) & 0xFFFF
        if origins.setdefault(name, origin) != origin:
            raise PacketsMixedUp(f"stream {stream} changes its numbering on the way")
    return origins

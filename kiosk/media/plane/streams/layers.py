"""The simulcast layers of one publisher's picture, and which of them each receiver gets. RFC 8853.

A browser sends its camera's picture in up to three sizes. A receiver gets one of them at a time,
changes only at a key frame of the other, and sees one unbroken stream (``stream_rewriter.py``). A
publisher that sends a single size has a ladder of one rung; its packets are never rewritten.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable

from kiosk.media.plane.streams.publication import Publication
from kiosk.media.plane.streams.view import View
from kiosk.media.plane.wire.simulcast import RIDS

Receiver = Hashable
"""A subscriber; here only the key of its view."""

NOMINAL_BITRATES = dict(zip(RIDS, (80_000, 200_000, 600_000), strict=True))
"""The most each layer takes, bit/s; smallest layer first.

The page limits its encoder to the same (static/js/call/picture-sender.js).
"""

START = 1
"""The rung a receiver begins on: good enough at first, and most lines carry it."""

SILENT_PACKETS = 20
"""A layer without a packet while another sent so many has been given up by its encoder."""

MARGIN = 1.25
"""A publisher's bitrate over what its layers take at most."""

STARTS_WITHIN_S = 2.0
"""From asking a page for a layer to its first packet, on a slow line."""

UNUSABLE_S = 20.0
"""How long a layer that does not come is not asked for again."""

PADDED = 1.1
"""Measured rates above this many times the nominal are padding."""


class Rung:
    """One layer, its bitrate, and whether it can be used."""

    __slots__ = (
        "_bytes",
        "_measured_at",
        "_others",
        "_packets",
        "layer",
        "nominal",
        "rate",
        "requested_at",
        "rid",
        "unusable_until",
        "used_at",
    )

    def __init__(self, rid: str, layer: Publication) -> None:
        self.rid = rid
        self.layer = layer
        self.nominal = NOMINAL_BITRATES[rid]
        self.rate = float(self.nominal)
        """bit/s: measured while packets arrive, else what the layer would take at most."""
        self.requested_at: float | None = None
        """When the page was asked to send it; None: the page was asked not to."""
        self.used_at = float("-inf")
        """When a receiver last needed it."""
        self.unusable_until = float("-inf")
        self._packets = self._bytes = self._others = 0
        self._measured_at = float("-inf")

    def usable(self, now: float) -> bool:
        """Whether its packets arrive, or would when asked for."""
        return now >= self.unusable_until

    def new_packets(self) -> int:
        """Return how many packets have come since the last call."""
        came = self.layer.tally.packets - self._packets
        self._packets += came
        return came

    def look(self, came: int, others: int, now: float) -> None:
        """Judge it by how many packets came of it and of the busiest other layer."""
        if self.requested_at is None:
            self.rate, self._others, self._measured_at = float(self.nominal), 0, now
            self._bytes = self.layer.tally.bytes
            return
        self._others = 0 if came else self._others + others
        if self._others >= SILENT_PACKETS and now - self.requested_at >= STARTS_WITHIN_S:
            self.unusable_until = now + UNUSABLE_S
        elif came:
            self.unusable_until = now
        if now - self._measured_at >= 1:
            received = self.layer.tally.bytes - self._bytes
            measured = 8 * received / (now - self._measured_at)
            if received:
                self.rate = min((self.rate + measured) / 2, PADDED * self.nominal)
            self._bytes += received
            self._measured_at = now


class Ladder:
    """All layers of one publisher, smallest first, and the views of its receivers."""

    def __init__(self, top: Publication, rids: Iterable[str], now: float) -> None:
        """``rids`` are the layers its browser agreed to send; ``top`` is the largest.

        The page sends ``top`` alone until it is asked for others.
        """
        names = [rid for rid in NOMINAL_BITRATES if rid in set(rids)]
        lower = [top.sibling() for _ in names[1:]]
        self.rungs = [Rung(rid, layer) for rid, layer in zip(names, [*lower, top], strict=True)]
        self.rungs[-1].requested_at = self.rungs[-1].used_at = now
        self.views: dict[Receiver, View] = {}
        """Receivers whose packets are rewritten; the others get the top layer unchanged."""
        self.adapts = False
        """A slow line gets a smaller layer, and limits nobody else."""
        self.wired: dict[Receiver, tuple[Publication | None, Publication]] = {}
        """The layers of each view when subscriptions were last built."""

    @property
    def layers(self) -> list[Publication]:
        """Every layer, smallest first."""
        return [rung.layer for rung in self.rungs]

    @property
    def top(self) -> Publication:
        """The largest layer."""
        return self.rungs[-1].layer

    @property
    def start(self) -> Publication:
        """The layer a receiver begins with."""
        return self.rungs[min(START, len(self.rungs) - 1)].layer

    @property
    def has_choice(self) -> bool:
        """Whether there is more than one layer."""
        return len(self.rungs) > 1

    def layer(self, rid: str | None) -> Publication | None:
        """Return the layer of that name; a single layer needs none."""
        if not self.has_choice:
            return self.top
        return next((rung.layer for rung in self.rungs if rung.rid == rid), None)

    def rung_of(self, layer: Publication) -> int:
        """Return the number of the rung a layer is on."""
        return self.layers.index(layer)

    def shown_to(self, receiver: Receiver) -> Publication:
        """Return the layer a receiver gets, or waits for."""
        view = self.views.get(receiver)
        return self.top if view is None else view.current or view.target

    def feeds(self, layer: Publication, receiver: Receiver) -> bool:
        """Whether a receiver may need packets of ``layer``."""
        view = self.views.get(receiver)
        if view is None:
            return layer is self.top
        return view.current is None or layer in (view.current, view.target)

    def is_unchanged(self, layer: Publication) -> bool:
        """Whether every receiver gets the packets of a layer unchanged."""
        return layer is self.top and not self.views

    def release(self) -> None:
        """Forget every receiver."""
        self.views.clear()
        self.wired.clear()

    def shapes(self) -> dict[Receiver, tuple[Publication | None, Publication]]:
        """Return the present and the target layer of each view, to compare with ``wired``."""
        return {receiver: (view.current, view.target) for receiver, view in self.views.items()}

    def look(self, now: float) -> None:
        """Judge every layer; called a few times a second."""
        came = [rung.new_packets() for rung in self.rungs]
        for number, rung in enumerate(self.rungs):
            others = max(came[:number] + came[number + 1 :], default=0)
            rung.look(came[number], others, now)

    @property
    def most(self) -> float:
        """The most that all requested layers take together, bit/s, with room for repeats."""
        return MARGIN * sum(rung.nominal for rung in self.rungs if rung.requested_at is not None)

    def has_smaller(self, now: float) -> bool:
        """Whether a slow line can be given a smaller layer than the top one."""
        return any(rung.usable(now) for rung in self.rungs[:-1])

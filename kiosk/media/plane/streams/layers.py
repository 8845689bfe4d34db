"""The layers of one publisher's picture, and which of them each receiver is shown. RFC 8853.

A browser sends its camera's picture in up to three sizes. A receiver gets one of them at a time,
changes only where a key frame of the other begins, and sees one unbroken stream
(``stream_rewriter.py``). A publisher that sends a single size has a ladder of one rung; its packets
are never rewritten.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable

from kiosk.media.plane.streams.publication import Publication
from kiosk.media.plane.streams.view import View
from kiosk.media.plane.wire.simulcast import RIDS

Receiver = Hashable
"""Whoever is shown a layer; here only a key."""

NOMINAL_BITRATES = dict(zip(RIDS, (80_000, 200_000, 600_000), strict=True))
"""What each size takes at most, bit/s; smallest first.

The page limits its encoder to the same (static/js/call/picture-sender.js).
"""

START = 1
"""The rung a receiver begins on: good enough for a first look, and most lines carry it."""

SILENT_PACKETS = 20
"""A layer that sent nothing while another sent so many packets has been given up by its encoder."""

MARGIN = 1.25
"""Of a publisher's bitrate above what its layers take at most."""

STARTS_WITHIN_S = 2.0
"""From asking a page for a layer to its first packet, on a slow line."""

BARREN_S = 20.0
"""How long a layer that does not come is not asked for again."""

PADDED = 1.1
"""Measured rates above this many times the nominal are padding."""


class Rung:
    """One layer, and how it is doing."""

    __slots__ = (
        "_bytes",
        "_measured_at",
        "_missed",
        "_packets",
        "asked_at",
        "barren_until",
        "layer",
        "nominal",
        "rate",
        "rid",
        "wanted_at",
    )

    def __init__(self, rid: str, layer: Publication) -> None:
        self.rid = rid
        self.layer = layer
        self.nominal = NOMINAL_BITRATES[rid]
        self.rate = float(self.nominal)
        """bit/s, as measured while it flows; else what it would take at most."""
        self.asked_at: float | None = None
        """When the page was told to send it; None: it was told not to."""
        self.wanted_at = float("-inf")
        """When a receiver last had use for it."""
        self.barren_until = float("-inf")
        self._packets = self._bytes = self._missed = 0
        self._measured_at = float("-inf")

    def usable(self, now: float) -> bool:
        """Whether it flows, or would when asked for."""
        return now >= self.barren_until

    def moved(self) -> int:
        """Return how many packets have come since the last look."""
        came = self.layer.tally.packets - self._packets
        self._packets += came
        return came

    def look(self, came: int, others: int, now: float) -> None:
        """Judge whether it flows, given what came of it and of the liveliest other layer."""
        if self.asked_at is None:
            self.rate, self._missed, self._measured_at = float(self.nominal), 0, now
            self._bytes = self.layer.tally.bytes
            return
        self._missed = 0 if came else self._missed + others
        if self._missed >= SILENT_PACKETS and now - self.asked_at >= STARTS_WITHIN_S:
            self.barren_until = now + BARREN_S
        elif came:
            self.barren_until = now
        if now - self._measured_at >= 1:
            carried = self.layer.tally.bytes - self._bytes
            measured = 8 * carried / (now - self._measured_at)
            if carried:
                self.rate = min((self.rate + measured) / 2, PADDED * self.nominal)
            self._bytes += carried
            self._measured_at = now


class Ladder:
    """All layers of one publisher, the smallest first, and who is shown what."""

    def __init__(self, top: Publication, rids: Iterable[str], now: float) -> None:
        """``rids`` are the names its browser agreed to; ``top`` is the largest of them.

        The page sends that one and no other until it is asked.
        """
        names = [rid for rid in NOMINAL_BITRATES if rid in set(rids)]
        lower = [Publication(top.peer, top.payload_type) for _ in names[1:]]
        self.rungs = [Rung(rid, layer) for rid, layer in zip(names, [*lower, top], strict=True)]
        self.rungs[-1].asked_at = self.rungs[-1].wanted_at = now
        self.views: dict[Receiver, View] = {}
        """Receivers whose packets are rewritten; the others get the top layer as it comes."""
        self.adapts = False
        """A slow line is given a smaller layer, and holds nobody back."""
        self.wired: dict[Receiver, tuple[Publication | None, Publication]] = {}
        """What each view showed, and was to show, when legs were last built."""

    @property
    def layers(self) -> list[Publication]:
        """Every layer, the smallest first."""
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
        """Return the layer of that name; the only one needs none."""
        if not self.has_choice:
            return self.top
        return next((rung.layer for rung in self.rungs if rung.rid == rid), None)

    def number_of(self, layer: Publication) -> int:
        """Return the rung a layer is on."""
        return self.layers.index(layer)

    def shown_to(self, receiver: Receiver) -> Publication:
        """Return the layer a receiver sees, or waits for."""
        view = self.views.get(receiver)
        return self.top if view is None else view.current or view.target

    def feeds(self, layer: Publication, receiver: Receiver) -> bool:
        """Whether packets of ``layer`` may concern a receiver."""
        view = self.views.get(receiver)
        if view is None:
            return layer is self.top
        return view.current is None or layer in (view.current, view.target)

    def is_plain(self, layer: Publication) -> bool:
        """Whether a layer goes out as it comes."""
        return layer is self.top and not self.views

    def release(self) -> None:
        """Let go of every receiver."""
        self.views.clear()
        self.wired.clear()

    def shapes(self) -> dict[Receiver, tuple[Publication | None, Publication]]:
        """Return what each view shows and is to show; legs follow when that changes."""
        return {peer: (view.current, view.target) for peer, view in self.views.items()}

    def look(self, now: float) -> None:
        """Judge every layer; called a few times a second."""
        moved = [rung.moved() for rung in self.rungs]
        for number, rung in enumerate(self.rungs):
            others = max(moved[:number] + moved[number + 1 :], default=0)
            rung.look(moved[number], others, now)

    @property
    def most(self) -> float:
        """What there is use for of all layers together, bit/s, with room for repeats."""
        return MARGIN * sum(rung.nominal for rung in self.rungs if rung.asked_at is not None)

    def has_smaller(self, now: float) -> bool:
        """Whether a slow line can be given less than the whole picture."""
        return any(rung.usable(now) for rung in self.rungs[:-1])

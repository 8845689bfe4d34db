"""Decides about the layers of one room: which receiver gets which, and which the pages send.

With two people both get the whole picture unchanged; from the third person on each gets the layer
that its line carries (decision 0047). A layer that nobody uses is not even encoded.
"""

from __future__ import annotations

from collections.abc import Mapping

from kiosk.media.messages import LayerName, Layers
from kiosk.media.plane.bandwidth.layer_choice import Picture
from kiosk.media.plane.call.peer import Peer
from kiosk.media.plane.call.subscriptions import wire_camera
from kiosk.media.plane.streams.key_frame_requests import request_key_frame
from kiosk.media.plane.streams.layers import Ladder
from kiosk.media.plane.streams.publication import Publication
from kiosk.media.plane.streams.view import View
from kiosk.media.plane.wire.sdp import VIDEO
from kiosk.media.plane.wire.send_time import offset_of

LOOK_S = 0.25
"""Between two looks at a room."""

LINGER_S = 8.0
"""How long a layer is sent after its last use: starting it again costs everybody a key frame."""


class Steering:
    """Layer selection for one room; ``peers`` are the room's, by id.

    Sends messages and key frame requests. Packets are forwarded elsewhere.
    """

    def __init__(self, peers: Mapping[str, Peer], *, echo: bool) -> None:
        self._peers = peers
        self._echo = echo
        self._looked_at = float("-inf")

    @property
    def is_layered(self) -> bool:
        """Whether there are enough people for one slow line to limit another."""
        return not self._echo and len(self._peers) > 2

    def first_layer(self, publisher: Peer) -> Publication:
        """Return the layer that the next peer to join will get first."""
        ladder = publisher.publications.ladder
        return ladder.start if ladder.start.ssrc is not None and ladder.views else ladder.top

    def first_packets(self, publisher: Peer, receiver: Peer, now: float) -> list[bytes]:
        """Begin with a receiver; return the cached packets to send it, from a key frame on."""
        ladder = publisher.publications.ladder
        ladder.views.pop(receiver, None)
        if self.is_layered:
            self._set_clocks()
        if not ladder.has_choice or not (self.is_layered or ladder.views):
            return ladder.top.cache.since_key_frame() if ladder.top.cache is not None else []
        _open_views(publisher, now)
        view = ladder.views[receiver] = View(ladder.start, now)
        for layer in (ladder.start, ladder.top):
            cached = list(view.first_packets(layer, now))
            if cached:
                return cached
        return []

    def look(self, now: float) -> None:
        """Look at the room when it is time again; called every few tens of milliseconds."""
        if now - self._looked_at < LOOK_S:
            return
        self._looked_at = now
        peers = self._joined
        is_layered = self.is_layered
        if not is_layered and all(peer.connection.clock_offset is None for peer in peers):
            return  # there never were more than two
        if is_layered:
            self._set_clocks()
        for peer in peers:
            publications = peer.publications
            publications.ladder.look(now)
            publications.ladder.adapts = is_layered and publications.ladder.has_smaller(now)
            publications.budget.look(publications.received.bytes, now)
        publishers = [peer for peer in peers if peer.publications.ladder.has_choice]
        for publisher in publishers:
            _open_views(publisher, now)
        for receiver in peers:
            self._choose(receiver, now)
        for publisher in publishers:
            self._follow(publisher, now)

    @property
    def _joined(self) -> list[Peer]:
        return [peer for peer in self._peers.values() if peer.joined]

    def _set_clocks(self) -> None:
        """Stamp everybody's packets with our clock, which continues the one they had so far."""
        peers = self._joined
        changed = [peer for peer in peers if peer.connection.clock_offset is None]
        for receiver in changed:
            receiver.connection.clock_offset = _clock_so_far(receiver)
        if changed:
            for peer in peers:
                wire_camera(peer)

    def _choose(self, receiver: Peer, now: float) -> None:
        """Choose the layer of each picture a receiver gets."""
        watched = [one.publisher for one in receiver.slots if one.publisher and one.takes(VIDEO)]
        ladders = [one.publications.ladder for one in watched if one.publications.shows_camera]
        shown = [(ladder, ladder.views.get(receiver)) for ladder in ladders]
        if not self.is_layered:
            for ladder, view in shown:
                if view is not None:
                    view.target = ladder.top
            return
        pictures = [_picture(ladder, view, now) for ladder, view in shown]
        receiver.downlink.choose_layers(pictures, now)
        for (ladder, view), picture in zip(shown, pictures, strict=True):
            if view is not None:
                view.target = ladder.layers[picture.rung]

    def _follow(self, publisher: Peer, now: float) -> None:
        """Request the layers in use, and key frames where a receiver is to change layers."""
        ladder = publisher.publications.ladder
        views = ladder.views.values()
        for view in views:
            if view.current is not view.target:
                request_key_frame(view.target, now)
        used = {view.target for view in views} or {ladder.top}
        used |= {view.current for view in views if view.current is not None}
        if self.is_layered and any(not peer.joined for peer in self._peers.values()):
            used.add(ladder.start)
        for rung in ladder.rungs:
            if rung.layer in used:
                rung.used_at = now
        _request_layers(publisher, now)
        if ladder.shapes() != ladder.wired:
            wire_camera(publisher)


def _open_views(publisher: Peer, now: float) -> None:
    """Give every receiver that got the picture unchanged a view that continues from there.

    Either all of a publisher's receivers have a view, or none has.
    """
    ladder = publisher.publications.ladder
    for receiver, slot in publisher.subscribers.items():
        if receiver not in ladder.views and slot.takes(VIDEO):
            view = ladder.views[receiver] = View(ladder.top, now)
            view.continue_from(ladder.top)


def _request_layers(publisher: Peer, now: float) -> None:
    """Tell the page which layers to send, when that has changed."""
    if not publisher.connection.can_receive_messages:
        return
    rungs = publisher.publications.ladder.rungs
    changed = False
    for rung in rungs:
        needed = now - rung.used_at < LINGER_S
        if needed != (rung.requested_at is not None):
            rung.requested_at = now if needed else None
            changed = True
    if changed:
        requested = [LayerName(rung.rid) for rung in rungs if rung.requested_at is not None]
        publisher.connection.send_message(Layers(send=requested[::-1]))


def _clock_so_far(receiver: Peer) -> int:
    """Return how far the clock of the publisher a receiver sees is ahead of ours."""
    for publisher in (slot.publisher for slot in receiver.slots):
        cache = publisher.publications.video.cache if publisher is not None else None
        if publisher is not None and cache is not None and cache.newest is not None:
            return offset_of(cache.newest, publisher.heard_at)
    return 0


def _picture(ladder: Ladder, view: View | None, now: float) -> Picture:
    if view is None:
        return Picture(0, [ladder.rungs[-1].rate], [True])
    present = ladder.rung_of(view.target)
    rates = [rung.rate for rung in ladder.rungs]
    for number, rung in enumerate(ladder.rungs):
        # A still scene takes next to nothing, but a receiver must be able to take it in motion.
        if number > present:
            rates[number] = max(rung.rate, rung.nominal)
    return Picture(present, rates, [rung.usable(now) for rung in ladder.rungs])

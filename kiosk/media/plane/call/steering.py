"""Steers the layers of one room: who is shown which, what pages are asked to send, which may rest.

With two people everybody gets the whole picture as it comes; from the third on, what their lines
carry. A layer nobody has use for is not even encoded.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from kiosk.media.messages import LayerName, Layers
from kiosk.media.plane.bandwidth.layer_choice import LayerChoice, Line, Picture
from kiosk.media.plane.call.keyframe_requests import request_key_frame
from kiosk.media.plane.streams.layers import Ladder
from kiosk.media.plane.streams.publication import Publication
from kiosk.media.plane.streams.view import View
from kiosk.media.plane.wire.send_time import offset_of

if TYPE_CHECKING:
    from kiosk.media.plane.call.peer import Peer
    from kiosk.media.plane.call.room import MediaRoom

LOOK_S = 0.25
"""Between two looks at a room."""

LINGER_S = 8.0
"""A layer goes on for so long after its last use: starting it again costs everybody a key frame."""


class Steering:
    """What one room's layers do. Sends messages and key frame requests; packets go elsewhere."""

    def __init__(self, room: MediaRoom) -> None:
        self._room = room
        self._looked_at = float("-inf")

    @property
    def is_layered(self) -> bool:
        """Whether there are enough people for one slow line to hold up another."""
        return not self._room.echo and len(self._room.peers) > 2

    def first_shown(self, publisher: Peer) -> Publication:
        """Return the layer somebody who comes in next will be shown first."""
        ladder = publisher.ladder
        return ladder.start if ladder.start.ssrc is not None and ladder.views else ladder.top

    def opening(self, publisher: Peer, receiver: Peer, now: float) -> list[bytes]:
        """Let a receiver begin; return what it gets at once of what is kept: a key frame and on."""
        ladder = publisher.ladder
        ladder.views.pop(receiver, None)
        if self.is_layered:
            self._set_clocks()
        if not ladder.has_choice or not (self.is_layered or ladder.views):
            return ladder.top.cache.since_key_frame() if ladder.top.cache is not None else []
        self._open(publisher, now)
        view = ladder.views[receiver] = View(ladder.start, now)
        for layer in (ladder.start, ladder.top):
            kept = list(view.opening(layer, now))
            if kept:
                return kept
        return []

    def tend(self, now: float) -> None:
        """Look after the room when it is time again; called every few tens of milliseconds."""
        if now - self._looked_at < LOOK_S:
            return
        self._looked_at = now
        peers = self._room.connected
        if not self.is_layered and all(peer.clock_offset is None for peer in peers):
            return  # there never were more than two
        if self.is_layered:
            self._set_clocks()
        for peer in peers:
            peer.ladder.look(now)
            peer.ladder.adapts = self.is_layered and peer.ladder.has_smaller(now)
            peer.budget.look(peer.up.bytes, now)
        publishers = [peer for peer in peers if peer.ladder.has_choice]
        for publisher in publishers:
            self._open(publisher, now)
        for receiver in peers:
            self._choose(receiver, now)
        for publisher in publishers:
            self._follow(publisher, now)

    def _set_clocks(self) -> None:
        """Stamp everybody's packets with our clock, going on from the one they had so far."""
        changed = [peer for peer in self._room.connected if peer.clock_offset is None]
        for receiver in changed:
            receiver.clock_offset = _clock_so_far(receiver)
        if changed:
            for peer in self._room.connected:
                self._room.wire(peer)

    def _open(self, publisher: Peer, now: float) -> None:
        """Give everybody who got the picture as it came a view that goes on from there.

        All of a publisher's receivers have one, or none has.
        """
        ladder = publisher.ladder
        for receiver, slot in publisher.subscribers.items():
            if receiver not in ladder.views and slot.known:
                view = ladder.views[receiver] = View(ladder.top, now)
                view.carry_on(ladder.top)

    def _choose(self, receiver: Peer, now: float) -> None:
        watched = [slot.publisher for slot in receiver.slots if slot.publisher and slot.known]
        ladders = [one.ladder for one in watched if one.shows_itself]
        shown = [(ladder, ladder.views.get(receiver)) for ladder in ladders]
        if not self.is_layered:
            for ladder, view in shown:
                if view is not None:
                    view.target = ladder.top
            return
        pictures = [_picture(ladder, view, now) for ladder, view in shown]
        if receiver.choice is None:
            receiver.choice = LayerChoice(now)
        line = Line(receiver.bitrate, receiver.told.picture_loss, receiver.told.trip_s)
        receiver.choice.decide(pictures, line, now)
        for (ladder, view), picture in zip(shown, pictures, strict=True):
            if view is not None:
                view.target = ladder.layers[picture.rung]

    def _follow(self, publisher: Peer, now: float) -> None:
        """Have the publisher send what is wanted, with key frames where somebody changes over."""
        ladder = publisher.ladder
        awaited = any(not peer.connected for peer in self._room.peers.values())
        for view in ladder.views.values():
            if view.current is not view.target:
                request_key_frame(view.target, now)
        used = {view.target for view in ladder.views.values()} or {ladder.top}
        used |= {view.current for view in ladder.views.values() if view.current is not None}
        if awaited and self.is_layered:
            used.add(ladder.start)
        for rung in ladder.rungs:
            if rung.layer in used:
                rung.wanted_at = now
        self._ask(publisher, now)
        if ladder.shapes() != ladder.wired:
            self._room.wire(publisher)

    def _ask(self, publisher: Peer, now: float) -> None:
        """Tell the page which layers to send, when that has changed."""
        channel = publisher.channel
        if channel is None or not channel.is_open:
            return
        changed = False
        for rung in publisher.ladder.rungs:
            wanted = now - rung.wanted_at < LINGER_S
            if wanted != (rung.asked_at is not None):
                rung.asked_at = now if wanted else None
                changed = True
        if changed:
            asked = [
                LayerName(rung.rid) for rung in publisher.ladder.rungs if rung.asked_at is not None
            ]
            channel.send(Layers(send=asked[::-1]))


def _clock_so_far(receiver: Peer) -> int:
    """Return what the clock of whoever films for a receiver is ahead of ours."""
    for publisher in (slot.publisher for slot in receiver.slots):
        cache = publisher.video.cache if publisher is not None else None
        if publisher is not None and cache is not None and cache.newest is not None:
            return offset_of(cache.newest, publisher.heard_at)
    return 0


def _picture(ladder: Ladder, view: View | None, now: float) -> Picture:
    if view is None:
        return Picture(0, [ladder.rungs[-1].rate], [True])
    now_on = ladder.number_of(view.target)
    rates = [rung.rate for rung in ladder.rungs]
    for number, rung in enumerate(ladder.rungs):
        # A still scene takes next to nothing, but whoever climbs must be able to take it moving.
        if number > now_on:
            rates[number] = max(rung.rate, rung.nominal)
    return Picture(now_on, rates, [rung.usable(now) for rung in ladder.rungs])

"""A screen shared with a room: one at a time, on an m-line of its own in every browser."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kiosk.errors import MediaError
from kiosk.media.plane.call.keyframe_requests import request_key_frame
from kiosk.media.plane.call.screen_slot import ScreenSlot
from kiosk.media.plane.call.subscriptions import leg_to, retire

if TYPE_CHECKING:
    from kiosk.media.plane.call.peer import Peer
    from kiosk.media.plane.call.room import MediaRoom


class Sharing:
    """Who shares with a room, and who is shown it."""

    def __init__(self, room: MediaRoom) -> None:
        self._room = room
        self.sharer: Peer | None = None

    def begin(self, peer: Peer, now: float) -> None:
        """Let ``peer`` share; raises ``media.screen_taken`` while somebody else does."""
        if self.sharer is peer:
            return
        if self.sharer is not None:
            raise MediaError("media.screen_taken", status=409)
        self.sharer = peer
        for one in self._room.connected:
            self.show_to(one, now)
            self._room.tell_layout(one)

    def end(self, peer: Peer) -> None:
        """Stop showing what ``peer`` shares; nothing when it does not share."""
        if self.sharer is not peer:
            return
        self.sharer = None
        for viewer in list(peer.viewers):
            self._hide_from(viewer)
        # What was on the screen is nobody's business once it is not shared any more.
        peer.screen.restart(peer.screen.ssrc)
        for one in self._room.connected:
            self._room.tell_layout(one)

    def expect(self, peer: Peer) -> None:
        """Have the first offer to a newcomer hold the line already, while somebody shares."""
        if self.sharer is not None:
            peer.screen_slot = ScreenSlot(known=True)

    def show_to(self, peer: Peer, now: float) -> None:
        """Give ``peer`` a place for the screen that is shared, if one is."""
        if self.sharer is None:
            return
        if peer.screen_slot is None:
            peer.screen_slot = ScreenSlot(known=False)
        if peer is not self.sharer:
            self._bind(peer, peer.screen_slot, now)
        self._room.negotiations[peer.id].proceed()

    def learnt(self, peer: Peer, now: float) -> None:
        """Let packets flow: the browser knows its place for the screen."""
        slot = peer.screen_slot
        if slot is None or slot.publisher is None:
            return
        publication = slot.publisher.screen
        kept = publication.cache.since_key_frame() if publication.cache is not None else []
        for packet in kept:
            peer.send_rtp(packet, slot.ssrc, now)
        _wire(slot.publisher)
        if not kept:
            request_key_frame(publication, now)

    def leave(self, peer: Peer) -> None:
        """Forget somebody who has gone, as sharer or as viewer."""
        self.end(peer)
        self._hide_from(peer)

    def restarted(self) -> None:
        """Follow the sharer's stream to another SSRC: every viewer needs a new one, too."""
        if self.sharer is not None:
            for viewer, slot in self.sharer.viewers.items():
                retire(viewer, [slot.renew()], known=True)
                self._room.negotiations[viewer.id].proceed()
            _wire(self.sharer)

    def rewire(self, now: float) -> None:
        """Follow a change of somebody's path or consent."""
        if self.sharer is not None:
            _wire(self.sharer)
            request_key_frame(self.sharer.screen, now)

    def shown_to(self, peer: Peer) -> str | None:
        """Return whose screen ``peer`` can see, or that it is the one who shares."""
        slot = peer.screen_slot
        if self.sharer is None or self.sharer.away or slot is None or not slot.known:
            return None
        return self.sharer.participant

    def _bind(self, viewer: Peer, slot: ScreenSlot, now: float) -> None:
        assert self.sharer is not None
        ended = slot.give_to(self.sharer)
        if ended is not None:
            retire(viewer, [ended], known=True)
        self.sharer.viewers[viewer] = slot
        if slot.known:
            self.learnt(viewer, now)

    def _hide_from(self, viewer: Peer) -> None:
        slot = viewer.screen_slot
        if slot is not None and slot.publisher is not None:
            publisher, slot.publisher = slot.publisher, None
            publisher.viewers.pop(viewer, None)
            _wire(publisher)


def _wire(sharer: Peer) -> None:
    """Build the legs from who watches and is reachable."""
    sharer.screen.wire(
        tuple(leg_to(viewer, ssrc) for viewer, ssrc in sharer.audience(sharer.screen))
    )

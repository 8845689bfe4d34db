"""A screen shared with a room: one at a time, on an m-line of its own in every browser."""

from __future__ import annotations

from collections.abc import Mapping

from kiosk.errors import MediaError
from kiosk.media.plane.call.peer import Peer
from kiosk.media.plane.call.screen_slot import ScreenSlot
from kiosk.media.plane.call.subscriptions import retire, wire_screen
from kiosk.media.plane.streams.key_frame_requests import request_key_frame


class Sharing:
    """Who shares a screen with a room, and who receives it. ``peers`` are the room's, by id."""

    def __init__(self, peers: Mapping[str, Peer]) -> None:
        self._peers = peers
        self.sharer: Peer | None = None

    def begin(self, peer: Peer, now: float) -> bool:
        """Let ``peer`` share; return whether the layouts have changed.

        Raises ``media.screen_taken`` while another one shares, ``media.no_pictures`` for a browser
        that cannot send any.
        """
        if not peer.publications.has_pictures:
            raise MediaError("media.no_pictures", status=409)
        if self.sharer is peer:
            return False
        if self.sharer is not None:
            raise MediaError("media.screen_taken", status=409)
        self.sharer = peer
        for one in self._peers.values():
            if one.joined:
                self.show_to(one, now)
        return True

    def end(self, peer: Peer) -> bool:
        """Stop the sharing of ``peer``; return whether it did share."""
        if self.sharer is not peer:
            return False
        self.sharer = None
        for viewer in list(peer.viewers):
            self._hide_from(viewer)
        # Cached pictures of the screen must not be kept once it is no longer shared.
        screen = peer.publications.screen
        screen.restart(screen.ssrc)
        return True

    def expect(self, peer: Peer) -> None:
        """Have the first offer to a new peer contain the screen's m-line, while one is shared."""
        if self.sharer is not None:
            peer.slots.screen = ScreenSlot(known=True)

    def show_to(self, peer: Peer, now: float) -> None:
        """Give ``peer`` a place for the screen that is shared, if one is."""
        if self.sharer is None:
            return
        if peer.slots.screen is None:
            peer.slots.screen = ScreenSlot(known=False)
        if peer is not self.sharer:
            self._bind(self.sharer, peer, peer.slots.screen, now)
        peer.negotiation.offer_if_needed()

    def place_known(self, peer: Peer, now: float) -> None:
        """Send the screen to a browser that now knows its place for it."""
        slot = peer.slots.screen
        if slot is None or slot.publisher is None:
            return
        if slot.refused:
            wire_screen(slot.publisher)
            return
        publication = slot.publisher.publications.screen
        cached = publication.cache.since_key_frame() if publication.cache is not None else []
        for packet in cached:
            peer.connection.send_rtp(packet, slot.ssrc, now)
        wire_screen(slot.publisher)
        if not cached:
            request_key_frame(publication, now)

    def remove(self, peer: Peer) -> bool:
        """Forget a peer that has left, as sharer or as viewer; return whether it shared."""
        shared = self.end(peer)
        self._hide_from(peer)
        return shared

    def restarted(self) -> None:
        """Follow the sharer's stream to another SSRC: every viewer needs a new one, too."""
        if self.sharer is not None:
            for viewer, slot in self.sharer.viewers.items():
                retire(viewer, [slot.renew()], known=True)
                viewer.negotiation.offer_if_needed()
            wire_screen(self.sharer)

    def path_changed(self, now: float) -> None:
        """Follow a change of some viewer's path or consent."""
        if self.sharer is not None:
            wire_screen(self.sharer)
            request_key_frame(self.sharer.publications.screen, now)

    def shown_to(self, peer: Peer) -> str | None:
        """Return the participant whose screen ``peer`` can see, or itself if it shares."""
        slot = peer.slots.screen
        if self.sharer is None or self.sharer.away or slot is None or not slot.is_open:
            return None
        return self.sharer.participant

    def _bind(self, sharer: Peer, viewer: Peer, slot: ScreenSlot[Peer], now: float) -> None:
        ended = slot.give_to(sharer)
        if ended is not None:
            retire(viewer, [ended], known=True)
        sharer.viewers[viewer] = slot
        if slot.known:
            self.place_known(viewer, now)

    def _hide_from(self, viewer: Peer) -> None:
        slot = viewer.slots.screen
        if slot is not None and slot.publisher is not None:
            publisher, slot.publisher = slot.publisher, None
            publisher.viewers.pop(viewer, None)
            wire_screen(publisher)

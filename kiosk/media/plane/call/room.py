"""Who sees whom: a media room binds publishers to slots of subscribers.

There are no admission rules here: a peer with an offer has passed them. A fault of one peer ends
that peer only; the others lose one picture.
"""

from __future__ import annotations

from kiosk.media.engine import SlotEntry
from kiosk.media.messages import Layout, Speaking
from kiosk.media.plane.call.layout import expected_layout, layout_of
from kiosk.media.plane.call.peer import Peer
from kiosk.media.plane.call.screen_slot import ScreenSlot
from kiosk.media.plane.call.sharing import Sharing
from kiosk.media.plane.call.slot import Slot
from kiosk.media.plane.call.speakers import Speakers
from kiosk.media.plane.call.steering import Steering
from kiosk.media.plane.call.subscriptions import retire, wire_camera
from kiosk.media.plane.limits import PREJOIN_KEY_FRAME_S
from kiosk.media.plane.streams.key_frame_requests import request_key_frame, requested_recently
from kiosk.media.plane.streams.publication import Publication
from kiosk.media.plane.wire.sdp import VIDEO


class MediaRoom:
    """The peers of one room; ``echo`` sends a single peer its own media back."""

    def __init__(self, name: str, *, echo: bool = False) -> None:
        self.name = name
        self.echo = echo
        self.peers: dict[str, Peer] = {}
        self.speakers = Speakers()
        # They share the table of peers and not the room, which ends with its last reference.
        self.sharing = Sharing(self.peers)
        self.steering = Steering(self.peers, echo=echo)

    @property
    def joined(self) -> list[Peer]:
        """The peers whose media may flow."""
        return [peer for peer in self.peers.values() if peer.joined]

    # -- coming and going -----------------------------------------------------------------

    def add(self, peer: Peer, now: float) -> None:
        """Take a peer that is about to be made an offer.

        What takes the others time begins now, during the new peer's handshake: key frames are
        requested, so that it can start from the cache, and missing slots are offered to the others.
        """
        for other in self.joined:
            request_key_frame(self.steering.first_layer(other), now)
        self.peers[peer.id] = peer
        if not self.echo:
            self.sharing.expect(peer)
            for other in self.peers.values():
                if other is not peer:
                    self._prepare_slots(other)

    def expected_layout(self, peer: Peer) -> list[SlotEntry]:
        """Return the layout a new peer will have if no one joins or leaves before."""
        if self.echo:
            return expected_layout([peer])
        return expected_layout(other for other in self.joined if other is not peer)

    def join(self, peer: Peer, now: float) -> None:
        """Bind a peer that has just joined to everybody in the room."""
        if self.echo:
            self._bind(peer, peer, now)
            self.send_layout(peer)
            return
        for other in self.joined:
            if other is not peer:
                self._bind(other, peer, now)
                self._bind(peer, other, now)
                self.send_layout(other)
        self.sharing.show_to(peer, now)
        self.send_layout(peer)

    def remove(self, peer: Peer) -> None:
        """Unbind a peer from everybody; its slots elsewhere stay, empty, until renewed."""
        if self.sharing.remove(peer):
            self.send_layouts()
        self.peers.pop(peer.id, None)
        for subscriber, slot in list(peer.subscribers.items()):
            del peer.subscribers[subscriber]
            slot.publisher = None
            wire_camera(peer)
            retire(subscriber, slot.ssrcs, known=slot.known)
            self.send_layout(subscriber)
        for slot in peer.slots:
            if slot.publisher is not None:
                slot.publisher.subscribers.pop(peer, None)
                wire_camera(slot.publisher)
                slot.publisher = None

    # -- during the call ------------------------------------------------------------------

    def answered(self, subscriber: Peer, generation: int, sdp: str, now: float) -> None:
        """Take the answer to a later offer: media flows into the places the browser now knows.

        Raises ``media.bad_sdp``.
        """
        for place in subscriber.negotiation.later_answer(generation, sdp):
            if isinstance(place, ScreenSlot):
                self.sharing.place_known(subscriber, now)
            elif place.publisher is not None:
                self._start(place.publisher, subscriber, place, now)
        self.send_layout(subscriber)
        subscriber.negotiation.offer_if_needed()

    def begin_sharing(self, peer: Peer, now: float) -> None:
        """Let ``peer`` share its screen; raises as :meth:`Sharing.begin`."""
        if self.sharing.begin(peer, now):
            self.send_layouts()

    def end_sharing(self, peer: Peer) -> None:
        """Stop showing what ``peer`` shares; nothing when it does not share."""
        if self.sharing.end(peer):
            self.send_layouts()

    def path_changed(self, peer: Peer, now: float) -> None:
        """Follow a change of ``peer``'s path or consent in every subscription of it."""
        for slot in peer.slots:
            if slot.publisher is not None:
                wire_camera(slot.publisher)
                request_key_frame(slot.publisher.publications.ladder.shown_to(peer), now)
        self.sharing.path_changed(now)

    def restarted(self, peer: Peer, publication: Publication) -> None:
        """Follow a stream of ``peer`` that has begun anew under another SSRC.

        Rewritten packets continue at the next key frame; others need a fresh SSRC.
        """
        publications = peer.publications
        if publication is publications.screen:
            self.sharing.restarted()
        elif publication is publications.audio or publications.ladder.is_unchanged(publication):
            self._republish(peer)
        else:
            for view in publications.ladder.views.values():
                view.restarted(publication)

    # -- key frames for peers that are about to join ----------------------------------------

    def refresh_key_frames(self, now: float) -> None:
        """Request key frames again for a peer that answers long after its offer."""
        for other in self.joined:
            video = other.publications.video
            if not requested_recently(video, now):
                request_key_frame(video, now)

    def refresh_for_prejoin(self, now: float) -> None:
        """While a peer is in prejoin, keep recent the key frame that it will start from.

        A key frame lowers the quality of a picture for a moment, so only peers without subscribers
        are asked for one.
        """
        if not any(peer.prejoin for peer in self.peers.values()):
            return
        for other in self.joined:
            video = other.publications.video
            if not other.subscribers and not requested_recently(video, now, PREJOIN_KEY_FRAME_S):
                request_key_frame(video, now)

    # -- messages -------------------------------------------------------------------------

    def send_layout(self, peer: Peer) -> None:
        """Tell a browser who is in which of its slots; nothing is sent to one in prejoin."""
        if not peer.prejoin:
            screen = self.sharing.shown_to(peer)
            peer.connection.send_message(Layout(slots=layout_of(peer), screen=screen))

    def send_layouts(self) -> None:
        """Send every peer that has joined its layout."""
        for peer in self.joined:
            self.send_layout(peer)

    def send_speakers(self, now: float) -> None:
        """Tell everybody who speaks, when that has changed."""
        if self.speakers.changed(self.joined, now) and not self.echo:
            for peer in self.joined:
                peer.connection.send_message(self.speaking)

    @property
    def speaking(self) -> Speaking:
        """The message that says who is speaking now."""
        return Speaking(participants=self.speakers.participants)

    # -- binding --------------------------------------------------------------------------

    def _prepare_slots(self, peer: Peer) -> None:
        """Give ``peer`` a fresh slot for everybody it will be bound to."""
        others = (one for one in self.peers.values() if one is not peer)
        if peer.slots.prepare(sum(1 for one in others if not (peer.joined and one.joined))):
            peer.negotiation.offer_if_needed()

    def _bind(self, publisher: Peer, subscriber: Peer, now: float) -> None:
        slot = subscriber.slots.take_free()
        slot.publisher = publisher
        slot.used = True
        publisher.subscribers[subscriber] = slot
        if slot.known:
            self._start(publisher, subscriber, slot, now)
        else:
            subscriber.negotiation.offer_if_needed()

    def _start(self, publisher: Peer, subscriber: Peer, slot: Slot[Peer], now: float) -> None:
        if not slot.takes(VIDEO):
            wire_camera(publisher)
            return
        # Cached packets first, then live ones, without a pause in which a live one could overtake.
        cached = self.steering.first_packets(publisher, subscriber, now)
        for packet in cached:
            subscriber.connection.send_rtp(packet, slot.video_ssrc, now)
        wire_camera(publisher)
        if not cached:
            request_key_frame(publisher.publications.ladder.shown_to(subscriber), now)

    def _republish(self, peer: Peer) -> None:
        for subscriber, slot in list(peer.subscribers.items()):
            retire(subscriber, slot.ssrcs, known=slot.known)
            slot.renew()
            subscriber.negotiation.offer_if_needed()
            self.send_layout(subscriber)
        wire_camera(peer)

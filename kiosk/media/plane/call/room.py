"""Who sees whom: a media room binds publishers to slots of subscribers, and wires the legs.

No admission rules here: whoever holds an offer has passed them. A fault of one peer ends that
peer; the others only lose a tile.
"""

from __future__ import annotations

from weakref import proxy

from kiosk.media.engine import SlotEntry
from kiosk.media.messages import Layout, Speaking
from kiosk.media.plane.call.keyframe_requests import asked_lately, request_key_frame
from kiosk.media.plane.call.negotiation import Negotiation
from kiosk.media.plane.call.peer import Peer
from kiosk.media.plane.call.screen_slot import ScreenSlot
from kiosk.media.plane.call.sharing import Sharing
from kiosk.media.plane.call.slot import Slot
from kiosk.media.plane.call.speakers import Speakers
from kiosk.media.plane.call.steering import Steering
from kiosk.media.plane.call.subscriptions import leg_to, retire
from kiosk.media.plane.limits import KEY_FRAME_FOR_THE_DOOR_S
from kiosk.media.plane.streams.publication import Publication
from kiosk.media.plane.wire.sdp import slot_mids


class MediaRoom:
    """The peers of one room; ``echo`` makes it a mirror for a single one."""

    def __init__(self, name: str, *, echo: bool = False) -> None:
        self.name = name
        self.echo = echo
        self.peers: dict[str, Peer] = {}
        self.negotiations: dict[str, Negotiation] = {}
        self.speakers = Speakers()
        # Held weakly by its parts: a room goes with its last peer, not when the collector comes.
        self.sharing = Sharing(proxy(self))
        self.steering = Steering(proxy(self))

    @property
    def connected(self) -> list[Peer]:
        """The peers whose media may flow."""
        return [peer for peer in self.peers.values() if peer.connected]

    def expect(self, peer: Peer, negotiation: Negotiation, now: float) -> None:
        """Take note of a peer that has been made an offer.

        Everything that takes time for the others begins now, while the newcomer still shakes hands:
        key frames are asked for, so that the newcomer starts off from the cache, and whoever lacks
        a place for them is offered one.
        """
        for other in self.connected:
            request_key_frame(self.steering.first_shown(other), now)
        self.peers[peer.id] = peer
        self.negotiations[peer.id] = negotiation
        if not self.echo:
            self.sharing.expect(peer)
            for other in self.peers.values():
                if other is not peer:
                    self._set_places(other)

    def foreseen(self, newcomer: Peer) -> list[SlotEntry]:
        """Return the layout a newcomer will have if nobody comes or goes before they are in."""
        there = [newcomer] if self.echo else [one for one in self.connected if one is not newcomer]
        names = (None if one.away else one.participant for one in there)
        return [_entry(number, name) for number, name in enumerate(names)]

    def freshen(self, peer: Peer, now: float) -> None:
        """Ask for key frames again for a newcomer whose offer has been lying about for a while."""
        for other in self.connected:
            if not asked_lately(other.video, now):
                request_key_frame(other.video, now)

    def tend_door(self, now: float) -> None:
        """While somebody is at the door, keep what they will start from fresh.

        A key frame costs a picture quality for a moment, so only those nobody watches give one.
        """
        if not any(peer.at_the_door for peer in self.peers.values()):
            return
        for other in self.connected:
            is_fresh = asked_lately(other.video, now, KEY_FRAME_FOR_THE_DOOR_S)
            if not is_fresh and not other.subscribers:
                request_key_frame(other.video, now)

    def enter(self, peer: Peer, now: float) -> None:
        """Bind a peer that has just connected to everybody there."""
        if self.echo:
            self._bind(peer, peer, now)
            self.tell_layout(peer)
            return
        for other in self.connected:
            if other is not peer:
                self._bind(other, peer, now)
                self._bind(peer, other, now)
                self.tell_layout(other)
        self.sharing.show_to(peer, now)
        self.tell_layout(peer)

    def leave(self, peer: Peer) -> None:
        """Unbind a peer from everybody; its slots elsewhere stay, empty, until renewed."""
        self.sharing.leave(peer)
        self.peers.pop(peer.id, None)
        self.negotiations.pop(peer.id, None)
        for subscriber, slot in list(peer.subscribers.items()):
            self._unbind(peer, subscriber, slot)
            self.tell_layout(subscriber)
        for slot in peer.slots:
            if slot.publisher is not None:
                slot.publisher.subscribers.pop(peer, None)
                self.wire(slot.publisher)
                slot.publisher = None

    def answered(self, subscriber: Peer, generation: int, sdp: str, now: float) -> None:
        """Take the answer to a later offer: media flows into places the browser has agreed to.

        Raises ``media.bad_sdp``.
        """
        negotiation = self.negotiations[subscriber.id]
        for slot in negotiation.answered(generation, sdp):
            if isinstance(slot, ScreenSlot):
                self.sharing.learnt(subscriber, now)
            elif slot.publisher is not None:
                self._start(slot.publisher, subscriber, slot, now)
        self.tell_layout(subscriber)
        negotiation.proceed()

    def rewire_around(self, peer: Peer, now: float) -> None:
        """Follow a change of ``peer``'s path or consent on every leg that leads to it."""
        for slot in peer.slots:
            if slot.publisher is not None:
                self.wire(slot.publisher)
                request_key_frame(slot.publisher.ladder.shown_to(peer), now)
        self.sharing.rewire(now)

    def tell_layouts(self) -> None:
        """Tell every browser: somebody has vanished, or is back; their places are as they were."""
        for peer in self.connected:
            self.tell_layout(peer)

    def restarted(self, peer: Peer, publication: Publication) -> None:
        """Follow a stream of ``peer`` that has begun anew under another SSRC.

        Rewritten packets simply go on from the next key frame; others need a fresh SSRC.
        """
        if publication is peer.screen:
            self.sharing.restarted()
        elif publication is peer.audio or peer.ladder.is_plain(publication):
            self._republish(peer)
        else:
            for view in peer.ladder.views.values():
                view.restarted(publication)

    def _republish(self, peer: Peer) -> None:
        for subscriber, slot in list(peer.subscribers.items()):
            retire(subscriber, slot.ssrcs, known=slot.known)
            slot.renew()
            self.negotiations[subscriber.id].proceed()
            self.tell_layout(subscriber)
        self.wire(peer)

    def tell_layout(self, peer: Peer) -> None:
        """Tell a browser who is in which of its slots; nothing to one at the door."""
        if peer.channel is not None and not peer.at_the_door:
            screen = self.sharing.shown_to(peer)
            peer.channel.send(Layout(slots=layout(peer), screen=screen))

    def tell_speakers(self, now: float) -> None:
        """Tell everybody who speaks, when that has changed."""
        if self.speakers.changed(self.connected, now) and not self.echo:
            for peer in self.connected:
                if peer.channel is not None:
                    peer.channel.send(self.speaking)

    @property
    def speaking(self) -> Speaking:
        """The message that says who is speaking now."""
        return Speaking(participants=self.speakers.participants)

    def wire(self, publisher: Peer) -> None:
        """Build the legs of both tracks of ``publisher`` from who is bound and reachable."""
        ladder = publisher.ladder
        for subscriber in ladder.views.keys() - publisher.subscribers.keys():
            del ladder.views[subscriber]
        ladder.wired = ladder.shapes()
        for publication in publisher.publications:
            publication.wire(
                tuple(
                    leg_to(subscriber, ssrc, publisher.view_of(publication, subscriber))
                    for subscriber, ssrc in publisher.audience(publication)
                )
            )

    def _set_places(self, peer: Peer) -> None:
        """See that ``peer`` has a fresh slot for everybody it is going to be bound to."""
        others = [one for one in self.peers.values() if one is not peer]
        awaited = sum(1 for one in others if not (peer.connected and one.connected))
        free = [slot for slot in peer.slots if slot.publisher is None]
        lacking = awaited - sum(1 for slot in free if not slot.used)
        if lacking <= 0:
            return
        used = [slot for slot in free if slot.used][:lacking]
        for slot in used:
            slot.renew()
        peer.slots += [Slot(known=False) for _ in range(lacking - len(used))]
        self.negotiations[peer.id].proceed()

    def _bind(self, publisher: Peer, subscriber: Peer, now: float) -> None:
        slot = _free_slot(subscriber)
        slot.publisher = publisher
        slot.used = True
        publisher.subscribers[subscriber] = slot
        if slot.known:
            self._start(publisher, subscriber, slot, now)
        else:
            self.negotiations[subscriber.id].proceed()

    def _unbind(self, publisher: Peer, subscriber: Peer, slot: Slot) -> None:
        del publisher.subscribers[subscriber]
        slot.publisher = None
        self.wire(publisher)
        retire(subscriber, slot.ssrcs, known=slot.known)

    def _start(self, publisher: Peer, subscriber: Peer, slot: Slot, now: float) -> None:
        # First what was kept since the last key frame, then live: in one go, so nothing overtakes.
        kept = self.steering.opening(publisher, subscriber, now)
        for packet in kept:
            subscriber.send_rtp(packet, slot.video_ssrc, now)
        self.wire(publisher)
        if not kept:
            request_key_frame(publisher.ladder.shown_to(subscriber), now)


def layout(peer: Peer) -> list[SlotEntry]:
    """Return the slots a browser knows, and who is in them (None: nobody)."""
    entries: list[SlotEntry] = []
    for number, slot in enumerate(peer.slots[: peer.agreed_slots]):
        publisher = slot.publisher if slot.known else None
        there = publisher.participant if publisher and not publisher.away else None
        entries.append(_entry(number, there))
    return entries


def _entry(number: int, participant: str | None) -> SlotEntry:
    audio, video = slot_mids(number)
    return SlotEntry(audio, video, participant)


def _free_slot(subscriber: Peer) -> Slot:
    """Return one that can be filled at once if there is any, else one that takes an offer."""
    free = [slot for slot in subscriber.slots if slot.publisher is None]
    fresh = [slot for slot in free if not slot.used]
    if fresh:
        return next((slot for slot in fresh if slot.known), fresh[0])
    if free:
        free[0].renew()
        return free[0]
    slot = Slot(known=False)
    subscriber.slots.append(slot)
    return slot

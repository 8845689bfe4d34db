"""The offers to one browser: always ours, one at a time, wishes in between taken together.

The first offer goes out over HTTP, and so does one that restarts ICE, for then the control channel
may be cut; the others go over it.
"""

from __future__ import annotations

from dataclasses import dataclass

from kiosk.media.messages import LaterOffer
from kiosk.media.plane.call.peer import Peer
from kiosk.media.plane.call.screen_slot import ScreenSlot
from kiosk.media.plane.call.slot import Slot
from kiosk.media.plane.wire.sdp import Answer, Endpoint, bad_sdp, build_offer, mids_of, parse_answer


class Negotiation:
    """Numbers the offers and knows which slots each of them announced."""

    def __init__(self, peer: Peer, endpoint: Endpoint, *, layered: bool) -> None:
        """``layered``: the picture may be sent in several sizes."""
        self._peer = peer
        self._endpoint = endpoint
        self._layered = layered
        self._generation = 0
        self._outstanding: _Announced | None = None
        self._slots_before_screen = 0

    def first_offer(self) -> str:
        """Write the offer that opens the connection."""
        return self._offer()

    def first_answer(self, sdp: str) -> Answer:
        """Check the answer to it; raises ``media.bad_sdp``, also the second time."""
        if self._peer.answered or self._outstanding is None:
            raise bad_sdp()
        answer = parse_answer(sdp, expected=self._outstanding.mids)
        self._outstanding = None
        return answer

    def offer_again(self) -> tuple[str, int]:
        """Write an offer to be carried by HTTP, and its generation; one under way is void by it."""
        return self._offer(), self._generation

    def proceed(self) -> None:
        """Offer what the browser does not know yet, once it has answered and can be told."""
        channel = self._peer.channel
        if self._outstanding is not None or all(place.known for place in self._places):
            return
        if channel is None or not channel.is_open:
            return
        sdp = self._offer()
        channel.send(LaterOffer(sdp=sdp, generation=self._generation))

    def answered(self, generation: int, sdp: str) -> list[Slot | ScreenSlot]:
        """Take the answer to a later offer and return the places the browser has just learnt.

        An answer to an older generation is ignored. Raises ``media.bad_sdp``.
        """
        if self._outstanding is None or generation != self._generation:
            return []
        parse_answer(sdp, expected=self._outstanding.mids)
        announced, self._outstanding = self._outstanding, None
        self._peer.agreed_slots = announced.slots
        learnt = [
            place
            for place, version in announced.versions
            if not place.known and place.version == version
        ]
        for place in learnt:
            place.known = True
        return learnt

    @property
    def _places(self) -> list[Slot | ScreenSlot]:
        screen = self._peer.screen_slot
        return [*self._peer.slots, *([screen] if screen is not None else [])]

    def _offer(self) -> str:
        peer = self._peer
        self._generation += 1
        screen = None
        if peer.screen_slot is not None:
            # Where it stands the first time it stands for good: m-lines never move.
            self._slots_before_screen = self._slots_before_screen or len(peer.slots)
            screen = peer.screen_slot.line(self._slots_before_screen)
        self._outstanding = _Announced(
            versions=[(place, place.version) for place in self._places],
            mids=mids_of(len(peer.slots), screen),
            slots=len(peer.slots),
        )
        return build_offer(
            self._endpoint,
            peer.ice.credentials,
            [slot.lines() for slot in peer.slots],
            screen,
            session=peer.session,
            version=self._generation,
            layered=self._layered,
        )


@dataclass(frozen=True, slots=True)
class _Announced:
    """What an offer under way says."""

    versions: list[tuple[Slot | ScreenSlot, int]]
    mids: tuple[str, ...]
    slots: int

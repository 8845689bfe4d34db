"""The offers to one browser: always ours, one at a time, wishes in between taken together.

The first offer goes out over HTTP, and so does one that restarts ICE, for then the control channel
may be cut; the others go over it.
"""

from __future__ import annotations

from kiosk.media.plane.peer import Peer, Slot
from kiosk.media.plane.sdp import Answer, Endpoint, bad_sdp, build_offer, parse_answer


class Negotiation:
    """Numbers the offers and knows which slots each of them announced."""

    def __init__(self, peer: Peer, endpoint: Endpoint) -> None:
        self._peer = peer
        self._endpoint = endpoint
        self._generation = 0
        self._outstanding: list[tuple[Slot, int]] | None = None

    def first_offer(self) -> str:
        """Write the offer that opens the connection."""
        return self._offer()

    def first_answer(self, sdp: str) -> Answer:
        """Check the answer to it; raises ``media.bad_sdp``, also the second time."""
        if self._peer.answered or self._outstanding is None:
            raise bad_sdp()
        answer = parse_answer(sdp, slots=len(self._outstanding))
        self._outstanding = None
        return answer

    def offer_again(self) -> tuple[str, int]:
        """Write an offer to be carried by HTTP, and its generation; one under way is void by it."""
        return self._offer(), self._generation

    def proceed(self) -> None:
        """Offer what the browser does not know yet, once it has answered and can be told."""
        channel = self._peer.channel
        if self._outstanding is not None or all(slot.known for slot in self._peer.slots):
            return
        if channel is None or not channel.is_open:
            return
        sdp = self._offer()
        channel.send({"type": "offer", "sdp": sdp, "generation": self._generation})

    def answered(self, generation: object, sdp: object) -> list[Slot]:
        """Take the answer to a later offer and return the slots the browser has just learnt.

        An answer to an older generation is ignored. Raises ``media.bad_sdp``.
        """
        if self._outstanding is None or generation != self._generation:
            return []
        if not isinstance(sdp, str):
            raise bad_sdp()
        parse_answer(sdp, slots=len(self._outstanding))
        announced, self._outstanding = self._outstanding, None
        self._peer.agreed_slots = len(announced)
        learnt = [s for s, version in announced if not s.known and s.version == version]
        for slot in learnt:
            slot.known = True
        return learnt

    def _offer(self) -> str:
        peer = self._peer
        self._generation += 1
        self._outstanding = [(slot, slot.version) for slot in peer.slots]
        lines = [slot.lines() for slot in peer.slots]
        return build_offer(
            self._endpoint,
            peer.ice.credentials,
            lines,
            session=peer.session,
            version=self._generation,
        )

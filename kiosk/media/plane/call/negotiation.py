"""The offers to one browser: always made by the server, one at a time.

The first offer is sent by HTTP, and so is one that restarts ICE, because the control channel may be
cut then. The others go over the control channel; what changes while an offer is unanswered is
announced together in the next one (decision 0010).
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import Any

from kiosk.media.messages import LaterOffer
from kiosk.media.plane.call.screen_slot import ScreenSlot
from kiosk.media.plane.call.slot import Slot
from kiosk.media.plane.call.slots import Slots
from kiosk.media.plane.transport.connection import Connection
from kiosk.media.plane.wire.answer import Answer, bad_sdp, parse_answer
from kiosk.media.plane.wire.sdp import Endpoint, OfferedLine, build_offer, lines_of

Place = Slot[Any] | ScreenSlot[Any]


class Negotiation:
    """Numbers the offers, and knows which slots each of them announced."""

    def __init__(
        self, connection: Connection, slots: Slots[Any], endpoint: Endpoint, *, layered: bool
    ) -> None:
        """``layered``: the browser may send its picture in several sizes."""
        self._connection = connection
        self._slots = slots
        self._endpoint = endpoint
        self._layered = layered
        self._session = random.getrandbits(60)  # only the o= line's session id  # noqa: S311
        self._generation = 0
        self._answered = False
        self._outstanding: _Announced | None = None
        self._slots_before_screen = 0

    def first_offer(self) -> str:
        """Return the SDP of the offer that opens the connection."""
        return self._offer()

    def first_answer(self, sdp: str) -> Answer:
        """Check the answer to it; raises ``media.bad_sdp``, also for a second answer."""
        if self._answered or self._outstanding is None:
            raise bad_sdp()
        answer = parse_answer(sdp, offered=self._outstanding.lines)
        self._slots.agree(answer.refused)
        self._answered = True
        self._outstanding = None
        return answer

    def restart_offer(self) -> tuple[str, int]:
        """Return an offer to be sent by HTTP, and its generation; it replaces an unanswered one."""
        return self._offer(), self._generation

    def offer_if_needed(self) -> None:
        """Offer the places that the browser does not know yet, when no offer is unanswered and the
        control channel is open."""
        if self._outstanding is not None or all(place.known for place in self._slots.places):
            return
        if not self._connection.can_receive_messages:
            return
        sdp = self._offer()
        self._connection.send_message(LaterOffer(sdp=sdp, generation=self._generation))

    def later_answer(self, generation: int, sdp: str) -> list[Place]:
        """Take the answer to a later offer; return the places that the browser knows by it, and
        those in which it now receives more, or less, than before.

        An answer to an older generation is ignored. Raises ``media.bad_sdp``.
        """
        if self._outstanding is None or generation != self._generation:
            return []
        answer = parse_answer(sdp, offered=self._outstanding.lines)
        announced, self._outstanding = self._outstanding, None
        self._slots.agreed = announced.slots
        changed = self._slots.agree(answer.refused)
        now_known = [
            place
            for place, version in announced.versions
            if not place.known and place.version == version
        ]
        for place in now_known:
            place.known = True
        return now_known + [place for place in changed if place.known and place not in now_known]

    def _offer(self) -> str:
        slots = self._slots
        self._generation += 1
        screen = None
        if slots.screen is not None:
            # Its position in the first offer is final: m-lines never move.
            self._slots_before_screen = self._slots_before_screen or len(slots)
            screen = slots.screen.line(self._slots_before_screen)
        self._connection.offered(2 * len(slots) + (screen is not None))
        self._outstanding = _Announced(
            versions=[(place, place.version) for place in slots.places],
            lines=lines_of(len(slots), screen, layered=self._layered),
            slots=len(slots),
        )
        return build_offer(
            self._endpoint,
            self._connection.ice.credentials,
            [slot.lines() for slot in slots],
            screen,
            session=self._session,
            version=self._generation,
            layered=self._layered,
        )


@dataclass(frozen=True, slots=True)
class _Announced:
    """What the unanswered offer announced."""

    versions: list[tuple[Place, int]]
    lines: tuple[OfferedLine, ...]
    slots: int

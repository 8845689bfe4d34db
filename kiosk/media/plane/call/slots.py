"""All slots of one browser: which are free, which it knows, which an offer must still announce."""

from __future__ import annotations

from collections.abc import Iterator, Set
from typing import Generic, TypeVar

from kiosk.media.plane.call.screen_slot import Identified, ScreenSlot
from kiosk.media.plane.call.slot import Slot
from kiosk.media.plane.wire.sdp import AUDIO, SCREEN, SCREEN_MID, VIDEO, slot_mids

PublisherT = TypeVar("PublisherT", bound=Identified)


class Slots(Generic[PublisherT]):
    """The slots of one browser in the order of their m-lines, and its screen slot."""

    __slots__ = ("_slots", "agreed", "screen")

    def __init__(self, count: int) -> None:
        """Make ``count`` slots that the first offer announces."""
        self._slots = [Slot[PublisherT](known=True) for _ in range(count)]
        self.agreed = count
        """How many of them the browser has m-lines for; the others wait for an answer."""

        self.screen: ScreenSlot[PublisherT] | None = None
        """Its place for a shared screen, once one has been shared."""

    def __iter__(self) -> Iterator[Slot[PublisherT]]:
        return iter(self._slots)

    def __len__(self) -> int:
        return len(self._slots)

    @property
    def places(self) -> list[Slot[PublisherT] | ScreenSlot[PublisherT]]:
        """The slots, and the screen slot if there is one."""
        return [*self._slots, *([self.screen] if self.screen is not None else [])]

    @property
    def agreed_slots(self) -> list[Slot[PublisherT]]:
        """The slots that the browser has m-lines for."""
        return self._slots[: self.agreed]

    def agree(self, refused_mids: Set[str]) -> list[Slot[PublisherT] | ScreenSlot[PublisherT]]:
        """Take the m-lines on which the browser receives nothing; return the places for which that
        has changed."""
        changed: list[Slot[PublisherT] | ScreenSlot[PublisherT]] = []
        mids = [dict(zip(slot_mids(n), (AUDIO, VIDEO), strict=True)) for n in range(len(self))]
        if self.screen is not None:
            mids.append({SCREEN_MID: SCREEN})
        for place, kinds in zip(self.places, mids, strict=True):
            refused = frozenset(kinds[mid] for mid in kinds.keys() & refused_mids)
            if refused != place.refused:
                place.refused = refused
                changed.append(place)
        return changed

    def take_free(self) -> Slot[PublisherT]:
        """Return a free slot: one that can be used at once, or else one that takes an offer."""
        free = [slot for slot in self._slots if slot.publisher is None]
        fresh = [slot for slot in free if not slot.used]
        if fresh:
            return next((slot for slot in fresh if slot.known), fresh[0])
        if free:
            free[0].renew()
            return free[0]
        slot = Slot[PublisherT](known=False)
        self._slots.append(slot)
        return slot

    def prepare(self, count: int) -> bool:
        """Have ``count`` fresh free slots; return whether that takes an offer."""
        free = [slot for slot in self._slots if slot.publisher is None]
        lacking = count - sum(1 for slot in free if not slot.used)
        if lacking <= 0:
            return False
        used = [slot for slot in free if slot.used][:lacking]
        for slot in used:
            slot.renew()
        self._slots += [Slot(known=False) for _ in range(lacking - len(used))]
        return True

    def clear(self) -> None:
        """Forget every slot."""
        self._slots.clear()

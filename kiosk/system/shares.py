"""Who holds how much of something that is scarce, and who gives way when there is none left."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Generic, TypeVar

Holding = TypeVar("Holding")


class Counts:
    """How many each key has now, and all together."""

    def __init__(self, total: int) -> None:
        self.total = total
        self.now = 0
        self._by_key: Counter[str] = Counter()

    def exceeded(self, key: str, most: int) -> bool:
        """Whether one more for ``key`` would be more than ``most``."""
        return self._by_key[key] >= most if key in self._by_key else most < 1

    @property
    def full(self) -> bool:
        """Whether nobody gets one more."""
        return self.now >= self.total

    def add(self, *keys: str) -> None:
        """Count one, under each of ``keys``."""
        self.now += 1
        self._by_key.update(keys)

    def remove(self, *keys: str) -> None:
        """Count one less."""
        self.now -= 1
        for key in keys:
            self._by_key[key] -= 1
            if self._by_key[key] <= 0:
                del self._by_key[key]


class Places(Generic[Holding]):
    """A bounded number of places, by owner and in all; the oldest that can gives way.

    ``gives_way`` says whether a holding may be ended for another one, ``end`` ends it: a flood
    then ends its own holdings, and one more from elsewhere still finds a place.
    """

    def __init__(
        self,
        *,
        total: int,
        per_owner: int,
        gives_way: Callable[[Holding], bool],
        end: Callable[[Holding], None],
    ) -> None:
        self._total, self._per_owner = total, per_owner
        self._gives_way, self._end = gives_way, end
        self._held: dict[str, dict[Holding, None]] = {}
        self.now = 0

    def take(self, owner: str, holding: Holding) -> bool:
        """Give a place, ending an older holding if none is left; False when nobody gives way."""
        own = self._held.get(owner, {})
        if len(own) >= self._per_owner and not self._make_room(owner):
            return False
        if self.now >= self._total and not self._make_room(self._largest()):
            return False
        self._held.setdefault(owner, {})[holding] = None
        self.now += 1
        return True

    def give_back(self, owner: str, holding: Holding) -> None:
        """Free a place; harmless when it was freed before."""
        own = self._held.get(owner)
        if own is None or holding not in own:
            return
        del own[holding]
        self.now -= 1
        if not own:
            del self._held[owner]

    def _make_room(self, owner: str) -> bool:
        for holding in self._held.get(owner, {}):
            if self._gives_way(holding):
                self.give_back(owner, holding)
                self._end(holding)
                return True
        return False

    def _largest(self) -> str:
        return max(self._held, key=lambda owner: len(self._held[owner]), default="")

"""How far a peer has come, from its offer to its end."""

from __future__ import annotations

from enum import IntEnum


class Stage(IntEnum):
    """The stages of a peer, in their only order; one may be left out, none comes again."""

    OFFERED = 0
    """It was made an offer."""
    CONNECTING = 1
    """It has answered: the handshake is under way, or the peer waits in prejoin."""
    JOINED = 2
    """The others see and hear it, and it them."""
    ENDED = 3

    def to(self, later: Stage) -> Stage:
        """Return ``later``; raises ValueError unless it really is later."""
        if later <= self:
            raise ValueError(f"a peer that is {self.name} cannot become {later.name}")
        return later

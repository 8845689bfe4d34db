"""Who speaks in a room, from the levels that came since the last look; a few times a second."""

from __future__ import annotations

from collections.abc import Iterable

from kiosk.media.plane.call.peer import Peer
from kiosk.media.plane.wire.audio_level import SILENCE

LISTEN_EVERY_S = 0.25

SPEECH = 40
"""-dBov; quieter is breath, a fan, the room."""

HOLD_S = 0.7
"""A pause between two words is not the end of a sentence."""


class Speakers:
    """Remembers who spoke when, and what was said of it last."""

    def __init__(self) -> None:
        self.participants: list[str] = []
        self._spoke_at: dict[Peer, float] = {}
        self._listened_at = float("-inf")

    def changed(self, peers: Iterable[Peer], now: float) -> bool:
        """Listen, when it is time; True when :attr:`participants` are others than before."""
        if now - self._listened_at < LISTEN_EVERY_S:
            return False
        self._listened_at = now
        there = list(peers)
        for peer in there:
            if peer.audio.loudest <= SPEECH:
                self._spoke_at[peer] = now
            peer.audio.loudest = SILENCE
        self._spoke_at = {
            peer: at for peer, at in self._spoke_at.items() if peer in there and now - at < HOLD_S
        }
        before = self.participants
        self.participants = [peer.participant for peer in there if peer in self._spoke_at]
        return self.participants != before

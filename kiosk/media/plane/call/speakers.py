"""Who speaks in a room, from the audio levels since the last look; a few times a second."""

from __future__ import annotations

from collections.abc import Iterable

from kiosk.media.plane.call.peer import Peer
from kiosk.media.plane.wire.audio_level import SILENCE

LISTEN_EVERY_S = 0.25

SPEECH = 40
"""-dBov; anything quieter is breath, a fan, the room."""

HOLD_S = 0.7
"""A shorter pause does not end speech."""


class Speakers:
    """Remembers who spoke when, and who was last announced as speaking."""

    def __init__(self) -> None:
        self.participants: list[str] = []
        self._spoke_at: dict[Peer, float] = {}
        self._listened_at = float("-inf")

    def changed(self, peers: Iterable[Peer], now: float) -> bool:
        """Look when it is time; return whether :attr:`participants` has changed."""
        if now - self._listened_at < LISTEN_EVERY_S:
            return False
        self._listened_at = now
        present = list(peers)
        for peer in present:
            audio = peer.publications.audio
            if audio.loudest <= SPEECH:
                self._spoke_at[peer] = now
            audio.loudest = SILENCE
        self._spoke_at = {
            peer: at for peer, at in self._spoke_at.items() if peer in present and now - at < HOLD_S
        }
        before = self.participants
        self.participants = [peer.participant for peer in present if peer in self._spoke_at]
        return self.participants != before

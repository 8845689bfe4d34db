"""What is said on a control channel: layout, media states, later offers, goodbye.

Every message is described in docs/signaling.md; one that is not understood is answered with an
error and changes nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from kiosk.errors import MediaError
from kiosk.media.plane.call.negotiation import Negotiation
from kiosk.media.plane.call.peer import Peer
from kiosk.media.plane.call.room import MediaRoom


class Conversation:
    """The plane's side of one browser's control channel."""

    def __init__(
        self,
        peer: Peer,
        room: MediaRoom,
        negotiation: Negotiation,
        *,
        clock: Callable[[], float],
        come_in: Callable[[Peer], None],
        give_up: Callable[[Peer], None],
    ) -> None:
        self._peer = peer
        self._room = room
        self._negotiation = negotiation
        self._clock = clock
        self._come_in = come_in
        self._give_up = give_up

    def channel_opened(self) -> None:
        """Tell a newcomer who is inside what is to be told; at the door nothing is."""
        if not self._peer.at_the_door:
            self._room.tell_layout(self._peer)
            self._tell_states()
        self._negotiation.proceed()

    def _tell_states(self) -> None:
        """Tell who is there in which state, and who speaks."""
        for other in self._room.connected:
            if other is not self._peer and other.media_state is not None:
                self._send(self._peer, _media_message(other))
        if self._room.speakers.participants:
            self._send(self._peer, self._room.speaking)

    def channel_abused(self) -> None:
        """End the browser that floods us."""
        self._give_up(self._peer)

    def message_received(self, message: dict[str, Any]) -> None:
        """Act on one message, or answer ``media.bad_message``."""
        if self._peer.ended:
            return
        if message["type"] == "answer":
            understood = self._answer(message)
        elif message["type"] == "enter":
            understood = self._enter()
        elif self._peer.at_the_door:
            understood = False
        elif message["type"] == "media":
            understood = self._media(message)
        elif message["type"] == "share":
            understood = self._share(message)
        else:
            understood = False
        if not understood and self._peer.channel is not None:
            self._peer.channel.refuse("media.bad_message")

    def _enter(self) -> bool:
        # Said again by somebody who is inside it changes nothing.
        if self._peer.at_the_door:
            self._come_in(self._peer)
            self._tell_states()
        return True

    def _media(self, message: dict[str, Any]) -> bool:
        state = {
            "audio": message.get("audio"),
            "video": message.get("video"),
            "hand": message.get("hand", False),
        }
        if not all(isinstance(value, bool) for value in state.values()):
            return False
        self._peer.media_state = state
        for other in self._room.connected:
            if other is not self._peer:
                self._send(other, _media_message(self._peer))
        return True

    def _share(self, message: dict[str, Any]) -> bool:
        if not isinstance(message.get("on"), bool) or self._room.echo:
            return False
        try:
            if message["on"]:
                self._room.sharing.begin(self._peer, self._clock())
            else:
                self._room.sharing.end(self._peer)
        except MediaError as error:
            self._send(self._peer, {"type": "error", "code": error.code})
        return True

    def _answer(self, message: dict[str, Any]) -> bool:
        try:
            self._room.answered(
                self._peer, message.get("generation"), message.get("sdp"), self._clock()
            )
        except MediaError:
            return False
        return True

    @staticmethod
    def _send(peer: Peer, message: dict[str, Any]) -> None:
        if peer.channel is not None:
            peer.channel.send(message)


def _media_message(peer: Peer) -> dict[str, Any]:
    return {"type": "media", "participant": peer.participant, **(peer.media_state or {})}

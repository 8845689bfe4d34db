"""The plane's side of a control channel: what each message of a browser does.

Messages are typed in ``kiosk/media/messages.py`` and described in docs/signaling.md. One that may
not be sent now is answered with an error and changes nothing.
"""

from __future__ import annotations

from collections.abc import Callable

from kiosk.errors import MediaError
from kiosk.media.messages import (
    AnyBrowserMessage,
    AnyPlaneMessage,
    ChannelError,
    ChannelProblem,
    Enter,
    LaterAnswer,
    MediaState,
    PeerMedia,
    Share,
)
from kiosk.media.plane.call.negotiation import Negotiation
from kiosk.media.plane.call.peer import Peer
from kiosk.media.plane.call.room import MediaRoom


class Conversation:
    """Acts on what one browser sends on its control channel."""

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
        """Send a newcomer the layout and the others' states, unless it is in prejoin."""
        if not self._peer.at_the_door:
            self._room.tell_layout(self._peer)
            self._tell_states()
        self._negotiation.proceed()

    def _tell_states(self) -> None:
        """Send the media state of everybody else, and who is speaking."""
        for other in self._room.connected:
            if other is not self._peer and other.media_state is not None:
                self._send(self._peer, _peer_media(other, other.media_state))
        if self._room.speakers.participants:
            self._send(self._peer, self._room.speaking)

    def channel_abused(self) -> None:
        """End this peer: it floods the channel or does not read."""
        self._give_up(self._peer)

    def message_received(self, message: AnyBrowserMessage) -> None:
        """Act on one message, or answer ``media.bad_message``."""
        if self._peer.ended:
            return
        if not self._act_on(message) and self._peer.channel is not None:
            self._peer.channel.refuse(ChannelProblem.BAD_MESSAGE)

    def _act_on(self, message: AnyBrowserMessage) -> bool:
        if isinstance(message, LaterAnswer):
            return self._answer(message)
        if isinstance(message, Enter):
            return self._enter()
        if self._peer.at_the_door:
            return False
        if isinstance(message, MediaState):
            return self._media(message)
        return self._share(message)

    def _enter(self) -> bool:
        # Sent again by a peer that is inside, it changes nothing.
        if self._peer.at_the_door:
            self._come_in(self._peer)
            self._tell_states()
        return True

    def _media(self, message: MediaState) -> bool:
        self._peer.media_state = message
        for other in self._room.connected:
            if other is not self._peer:
                self._send(other, _peer_media(self._peer, message))
        return True

    def _share(self, message: Share) -> bool:
        if self._room.echo:
            return False
        try:
            if message.on:
                self._room.sharing.begin(self._peer, self._clock())
            else:
                self._room.sharing.end(self._peer)
        except MediaError as error:
            self._send(self._peer, ChannelError(code=ChannelProblem(error.code)))
        return True

    def _answer(self, message: LaterAnswer) -> bool:
        try:
            self._room.answered(self._peer, message.generation, message.sdp, self._clock())
        except MediaError:
            return False
        return True

    @staticmethod
    def _send(peer: Peer, message: AnyPlaneMessage) -> None:
        if peer.channel is not None:
            peer.channel.send(message)


def _peer_media(peer: Peer, state: MediaState) -> PeerMedia:
    return PeerMedia(
        participant=peer.participant, audio=state.audio, video=state.video, hand=state.hand
    )

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
from kiosk.media.plane.call.peer import Peer
from kiosk.media.plane.call.room import MediaRoom


class Conversation:
    """Acts on what one browser sends on its control channel."""

    def __init__(
        self,
        peer: Peer,
        room: MediaRoom,
        *,
        clock: Callable[[], float],
        join: Callable[[Peer], None],
        end: Callable[[Peer], None],
    ) -> None:
        """``join`` brings a peer out of prejoin into the room; ``end`` ends one that misbehaves."""
        self._peer = peer
        self._room = room
        self._clock = clock
        self._join = join
        self._end = end

    def channel_opened(self) -> None:
        """Send a new peer the layout and the others' states, unless it is in prejoin."""
        if not self._peer.prejoin:
            self._room.send_layout(self._peer)
            self._send_states()
        self._peer.negotiation.offer_if_needed()

    def _send_states(self) -> None:
        """Send the media state of everybody else, and who is speaking."""
        for other in self._room.joined:
            if other is not self._peer:
                state = other.publications.media_state
                if state is not None:
                    self._send(self._peer, _peer_media(other, state, to=self._peer))
        if self._room.speakers.participants:
            self._send(self._peer, self._room.speaking)

    def channel_abused(self) -> None:
        """End this peer: it floods the channel or does not read."""
        self._end(self._peer)

    def message_received(self, message: AnyBrowserMessage) -> None:
        """Act on one message, or answer ``media.bad_message``."""
        if self._peer.ended:
            return
        if not self._act_on(message):
            self._send(self._peer, ChannelError(code=ChannelProblem.BAD_MESSAGE))

    def _act_on(self, message: AnyBrowserMessage) -> bool:
        if isinstance(message, LaterAnswer):
            return self._answer(message)
        if isinstance(message, Enter):
            return self._enter()
        if self._peer.prejoin:
            return False
        if isinstance(message, MediaState):
            return self._media(message)
        return self._share(message)

    def _enter(self) -> bool:
        # Sent again by a peer that has joined, it changes nothing.
        if self._peer.prejoin:
            self._join(self._peer)
            self._send_states()
        return True

    def _media(self, message: MediaState) -> bool:
        self._peer.publications.media_state = message
        for other in self._room.joined:
            if other is not self._peer:
                self._send(other, _peer_media(self._peer, message, to=other))
        return True

    def _share(self, message: Share) -> bool:
        if self._room.echo:
            return False
        try:
            if message.on:
                self._room.begin_sharing(self._peer, self._clock())
            else:
                self._room.end_sharing(self._peer)
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
        peer.connection.send_message(message)


def _peer_media(peer: Peer, state: MediaState, *, to: Peer) -> PeerMedia:
    return PeerMedia(
        participant=peer.participant,
        audio=state.audio,
        video=state.video,
        hand=state.hand,
        pictures=peer.publications.has_pictures and to.publications.has_pictures,
    )

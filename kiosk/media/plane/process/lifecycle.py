"""A peer's life: from its answer to its end, by its own doing, by command, or by time.

Whatever ends it, it ends once, alone, and leaves nothing behind.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable, Coroutine
from typing import Any

import structlog

from kiosk.media.engine import EventKind, GoneReason, MediaEvent
from kiosk.media.messages import Bye
from kiosk.media.plane.call.conversation import Conversation
from kiosk.media.plane.call.keyframe_requests import request_key_frame
from kiosk.media.plane.call.peer import Peer
from kiosk.media.plane.call.room import MediaRoom
from kiosk.media.plane.forwarding.feedback import Feedback
from kiosk.media.plane.forwarding.slow_path import Arrivals
from kiosk.media.plane.limits import Limits
from kiosk.media.plane.streams.layers import Ladder
from kiosk.media.plane.transport.channel import ControlChannel
from kiosk.media.plane.wire.sdp import Answer

log = structlog.get_logger()

FAREWELL_S = 0.05
"""How long a bye may take to leave before the connection is taken down."""


class Lifecycle:
    """Connects peers, looks after them while they live, and ends them."""

    def __init__(
        self,
        rooms: dict[str, MediaRoom],
        arrivals: Arrivals,
        feedback: Feedback,
        *,
        limits: Limits,
        clock: Callable[[], float],
        emit: Callable[[MediaEvent], None],
    ) -> None:
        self.peers: dict[str, Peer] = {}
        self._rooms = rooms
        self._arrivals = arrivals
        self._feedback = feedback
        self._limits = limits
        self._clock = clock
        self._emit = emit
        self._reported_at = clock()
        arrivals.on_return = self._see_again
        self._tasks: set[asyncio.Task[None]] = set()

    def begin(self, peer: Peer) -> None:
        """Take a peer that has been made an offer."""
        self.peers[peer.id] = peer
        peer.on_closed = lambda: self.end(peer, GoneReason.CLOSED)

    def connect(self, peer: Peer, answer: Answer) -> None:
        """Shake hands with a peer that has answered; it comes in when that is done, or waits at
        the door if it was to."""
        peer.answered = True
        peer.ladder = Ladder(peer.video, answer.layers, self._clock())
        self._spawn(self._connect(peer, answer))

    def end(self, peer: Peer, reason: GoneReason) -> None:
        """End a peer; the second time is no error."""
        if peer.ended:
            return
        peer.ended = True
        was_connected, peer.connected = peer.connected, False
        peer.counters.has_ended(reason.value, peer.up, peer.down)
        self.peers.pop(peer.id, None)
        room = self._rooms[peer.room]
        room.leave(peer)
        if not room.peers:
            del self._rooms[peer.room]
        if was_connected and reason is not GoneReason.CLOSED and peer.channel is not None:
            peer.channel.send(Bye(reason=reason))
        self._tell(EventKind.PEER_GONE, peer, reason.value)
        self._spawn(self._take_down(peer, linger=was_connected))

    async def settled(self) -> None:
        """Wait until every connection under way or being taken down is done; at most 2 s."""
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=2)

    def tick(self) -> None:
        """Repair, report and expire whatever is due now."""
        now = self._clock()
        for peer in list(self.peers.values()):
            if peer.connected:
                self._feedback.tick(peer, now)
        for room in self._rooms.values():
            room.tell_speakers(now)
            room.steering.tend(now)
            room.tend_door(now)
        if now - self._reported_at >= self._limits.report_interval_s:
            self._reported_at = now
            for peer in list(self.peers.values()):
                self._look_after(peer, now)

    def _look_after(self, peer: Peer, now: float) -> None:
        silent = now - peer.ice.heard_at
        unheard = now - max(peer.heard_at, peer.ice.heard_at)
        if peer.floods(now) or (peer.channel is not None and peer.channel.hoards()):
            self.end(peer, GoneReason.FAILED)
        elif not peer.connected:
            if now - peer.joined_at >= self._limits.join_s:
                was_tried = peer.answered and peer.keys is None
                self.end(peer, GoneReason.FAILED if was_tried else GoneReason.LAPSED)
        elif silent >= self._limits.gone_s:
            self.end(peer, GoneReason.CONSENT_EXPIRED)
        elif unheard >= self._limits.away_s:
            self._lose_sight(peer)
        elif silent >= self._limits.consent_s:
            self._arrivals.silence(peer)
        else:
            self._feedback.report(peer, now)

    def _lose_sight(self, peer: Peer) -> None:
        if not peer.away:
            peer.away = True
            self._arrivals.silence(peer)
            self._rooms[peer.room].tell_layouts()
            self._tell(EventKind.PEER_AWAY, peer)

    def _see_again(self, peer: Peer) -> None:
        peer.away = False
        self._rooms[peer.room].tell_layouts()
        for layer in peer.ladder.layers:
            request_key_frame(layer, self._clock())
        self._tell(EventKind.PEER_CONNECTED, peer)

    async def _connect(self, peer: Peer, answer: Answer) -> None:
        try:
            connected = await peer.dtls.start(answer.fingerprints)
            if peer.ended:
                return
            if not connected:
                self.end(peer, GoneReason.FAILED)
                return
            peer.keys = peer.dtls.keys
            peer.counters.joined(self._clock() - peer.joined_at)
            await self._open_channel(peer, answer)
            if not peer.ended and not peer.at_the_door:
                self._come_in(peer)
        except Exception:
            log.exception("media.connect_fault", peer=peer.id)
            self.end(peer, GoneReason.FAILED)

    def _come_in(self, peer: Peer) -> None:
        """Show a peer to the others and the others to it; from the door when its page says so."""
        peer.at_the_door = False
        peer.connected = True
        self._rooms[peer.room].enter(peer, self._clock())
        self._tell(EventKind.PEER_CONNECTED, peer)

    async def _open_channel(self, peer: Peer, answer: Answer) -> None:
        room = self._rooms[peer.room]
        conversation = Conversation(
            peer,
            room,
            room.negotiations[peer.id],
            clock=self._clock,
            come_in=self._come_in,
            give_up=lambda abuser: self.end(abuser, GoneReason.FAILED),
        )
        peer.channel = ControlChannel(peer.dtls.transport, conversation, peer.counters, self._clock)
        await peer.channel.start(answer.sctp_port, answer.max_message)

    async def _take_down(self, peer: Peer, *, linger: bool) -> None:
        if linger:
            await asyncio.sleep(FAREWELL_S)
        with contextlib.suppress(Exception):
            if peer.channel is not None:
                await peer.channel.stop()
        with contextlib.suppress(Exception):
            await peer.dtls.stop()
        self._arrivals.forget(peer)
        peer.release()

    def _tell(self, kind: EventKind, peer: Peer, reason: str = "") -> None:
        self._emit(MediaEvent(kind.value, peer.room_name, peer.participant, peer.id, reason))

    def _spawn(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.ensure_future(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

"""The life of a peer: from its answer to its end, by its page, by command, or by time.

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
from kiosk.media.plane.call.peer import Peer
from kiosk.media.plane.call.room import MediaRoom
from kiosk.media.plane.call.stage import Stage
from kiosk.media.plane.forwarding.feedback import Feedback
from kiosk.media.plane.forwarding.slow_path import SlowPath
from kiosk.media.plane.limits import Limits
from kiosk.media.plane.streams.key_frame_requests import request_key_frame
from kiosk.media.plane.transport.channel import ControlChannel
from kiosk.media.plane.wire.answer import Answer

log = structlog.get_logger()

BYE_S = 0.05
"""How long a ``bye`` may take to be sent before the connection is closed."""


class Lifecycle:
    """Connects peers, looks after them while they live, and ends them."""

    def __init__(
        self,
        rooms: dict[str, MediaRoom],
        slow_path: SlowPath,
        feedback: Feedback,
        *,
        limits: Limits,
        clock: Callable[[], float],
        emit: Callable[[MediaEvent], None],
    ) -> None:
        self.peers: dict[str, Peer] = {}
        self._rooms = rooms
        self._slow_path = slow_path
        self._feedback = feedback
        self._limits = limits
        self._clock = clock
        self._emit = emit
        self._reported_at = clock()
        slow_path.on_return = self._returned
        self._tasks: set[asyncio.Task[None]] = set()

    def begin(self, peer: Peer) -> None:
        """Take a peer that has been made an offer."""
        self.peers[peer.id] = peer
        peer.connection.on_closed = lambda: self.end(peer, GoneReason.CLOSED)

    def connect(self, peer: Peer, answer: Answer) -> None:
        """Begin the handshake with a peer that has answered; it joins when that is complete, or
        when its page sends ``enter`` if it is in prejoin."""
        peer.stage = peer.stage.to(Stage.CONNECTING)
        peer.publications.agree(answer.layers, self._clock(), has_pictures=answer.has_pictures)
        self._spawn(self._connect(peer, answer))

    def end(self, peer: Peer, reason: GoneReason) -> None:
        """End a peer; ending it twice is not an error."""
        if peer.ended:
            return
        had_joined = peer.joined
        peer.stage = peer.stage.to(Stage.ENDED)
        peer.counters.has_ended(reason.value, peer.publications.received, peer.connection.sent)
        self.peers.pop(peer.id, None)
        room = self._rooms[peer.room]
        room.remove(peer)
        if not room.peers:
            del self._rooms[peer.room]
        if had_joined and reason is not GoneReason.CLOSED:
            peer.connection.send_message(Bye(reason=reason))
        self._send_event(EventKind.PEER_GONE, peer, reason.value)
        self._spawn(self._take_down(peer, linger=had_joined))

    async def settled(self) -> None:
        """Wait until every connection being made or closed is done; at most 2 s."""
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=2)

    def tick(self) -> None:
        """Repair, report and expire whatever is due now."""
        now = self._clock()
        for peer in list(self.peers.values()):
            if peer.joined:
                self._feedback.tick(peer, now)
        for room in self._rooms.values():
            room.send_speakers(now)
            room.steering.look(now)
            room.refresh_for_prejoin(now)
        if now - self._reported_at >= self._limits.report_interval_s:
            self._reported_at = now
            for peer in list(self.peers.values()):
                self._look_after(peer, now)

    def _look_after(self, peer: Peer, now: float) -> None:
        limits = self._limits
        ice = peer.connection.ice
        if _misbehaves(peer, now):
            self.end(peer, GoneReason.FAILED)
        elif not peer.joined:
            if now - peer.offered_at >= limits.join_s:
                self.end(peer, _why_not_joined(peer))
        elif now - ice.heard_at >= limits.gone_s:
            self.end(peer, GoneReason.CONSENT_EXPIRED)
        elif now - peer.last_heard() >= limits.away_s:
            self._went_away(peer)
        elif now - ice.consented_at >= limits.consent_s:
            self._slow_path.silence(peer)
        else:
            self._feedback.report(peer, now)

    def _went_away(self, peer: Peer) -> None:
        if not peer.away:
            peer.away = True
            self._slow_path.silence(peer)
            self._rooms[peer.room].send_layouts()
            self._send_event(EventKind.PEER_AWAY, peer)

    def _returned(self, peer: Peer) -> None:
        peer.away = False
        self._rooms[peer.room].send_layouts()
        for layer in peer.publications.ladder.layers:
            request_key_frame(layer, self._clock())
        self._send_event(EventKind.PEER_CONNECTED, peer)

    async def _connect(self, peer: Peer, answer: Answer) -> None:
        connection = peer.connection
        try:
            connected = await connection.dtls.start(answer.fingerprints, as_client=answer.passive)
            if peer.ended:
                return
            keys = connection.dtls.keys
            if not connected or keys is None:
                self.end(peer, GoneReason.FAILED)
                return
            connection.keys, peer.rx = keys, keys.rx
            peer.counters.joined(self._clock() - peer.offered_at)
            await self._open_channel(peer, answer)
            if not peer.ended and not peer.prejoin:
                self._join(peer)
        except Exception:
            log.exception("media.connect_fault", peer=peer.id)
            self.end(peer, GoneReason.FAILED)

    def _join(self, peer: Peer) -> None:
        """Show a peer to the others and the others to it; from prejoin when its page says so."""
        peer.prejoin = False
        if peer.joined:
            return
        peer.stage = peer.stage.to(Stage.JOINED)
        self._rooms[peer.room].join(peer, self._clock())
        self._send_event(EventKind.PEER_CONNECTED, peer)

    async def _open_channel(self, peer: Peer, answer: Answer) -> None:
        conversation = Conversation(
            peer,
            self._rooms[peer.room],
            clock=self._clock,
            join=self._join,
            end=lambda abuser: self.end(abuser, GoneReason.FAILED),
        )
        transport = peer.connection.dtls.transport
        channel = ControlChannel(transport, conversation, peer.counters, self._clock)
        peer.connection.channel = channel
        await channel.start(answer.sctp_port, answer.max_message)

    async def _take_down(self, peer: Peer, *, linger: bool) -> None:
        if linger:
            await asyncio.sleep(BYE_S)
        with contextlib.suppress(Exception):
            if peer.connection.channel is not None:
                await peer.connection.channel.stop()
        with contextlib.suppress(Exception):
            await peer.connection.dtls.stop()
        self._slow_path.forget(peer)
        peer.release()

    def _send_event(self, kind: EventKind, peer: Peer, reason: str = "") -> None:
        self._emit(MediaEvent(kind.value, peer.room_name, peer.participant, peer.id, reason))

    def _spawn(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.ensure_future(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


def _misbehaves(peer: Peer, now: float) -> bool:
    """Whether a peer sends more media, or leaves more messages unfinished, than any browser."""
    channel = peer.connection.channel
    if peer.quotas.exceeded_by(peer.publications.received.packets, now):
        return True
    return channel is not None and channel.hoards()


def _why_not_joined(peer: Peer) -> GoneReason:
    """Return why a peer whose time is over has not joined: its handshake failed, or it waited."""
    failed = peer.stage is Stage.CONNECTING and peer.rx is None
    return GoneReason.FAILED if failed else GoneReason.LAPSED

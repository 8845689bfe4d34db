"""The media plane assembled: rooms, peers, the UDP port. Commands come from ``control.py``.

Lives in one thread on one asyncio loop; nothing here blocks.
"""

from __future__ import annotations

import asyncio
import secrets
import time
from collections.abc import Callable

import structlog
from aiortc import RTCCertificate

from kiosk.errors import MediaError
from kiosk.media.addresses import MediaAddress
from kiosk.media.engine import CallRole, GoneReason, Health, MediaEvent, Offer, PeerReport
from kiosk.media.plane.call.peer import Peer
from kiosk.media.plane.call.report import report_of
from kiosk.media.plane.call.room import MediaRoom
from kiosk.media.plane.counters import Counters
from kiosk.media.plane.forwarding.feedback import Feedback
from kiosk.media.plane.forwarding.forwarder import Forwarder
from kiosk.media.plane.forwarding.slow_path import SlowPath
from kiosk.media.plane.limits import MAX_NAME, Limits
from kiosk.media.plane.process.lifecycle import Lifecycle
from kiosk.media.plane.process.statistics import collect
from kiosk.media.plane.transport.dtls import sha256_of
from kiosk.media.plane.transport.udp import UdpPort
from kiosk.media.plane.wire.sdp import Endpoint
from kiosk.media.statistics import Statistics

log = structlog.get_logger()


IDLE_S = 0.5
"""Between two ticks while there is no peer."""


def room_key(room: str) -> str:
    """Return the key of a room called ``room``; echo rooms have random keys."""
    return f"room/{room}"


class MediaPlane:
    """Every call on this machine. ``emit`` receives events; ``clock`` counts seconds."""

    def __init__(
        self,
        *,
        addresses: tuple[MediaAddress, ...],
        port: int,
        certificate: RTCCertificate,
        emit: Callable[[MediaEvent], None],
        limits: Limits | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.instance = secrets.token_hex(8)
        self.rooms: dict[str, MediaRoom] = {}
        self._limits = limits or Limits()
        self._clock = clock
        self._certificate = certificate
        self._fingerprint = sha256_of(certificate)
        self._addresses = tuple(address.public for address in addresses)
        feedback = Feedback(self._limits)
        self.counters = Counters()
        self.slow_path = SlowPath(self.rooms, feedback, self.counters, clock)
        self.forwarder = Forwarder(self.slow_path, self.counters, clock)
        self._port = UdpPort(
            (address.local for address in addresses), port, self.forwarder.readable
        )
        self._started_at = clock()
        self._lifecycle = Lifecycle(
            self.rooms, self.slow_path, feedback, limits=self._limits, clock=clock, emit=emit
        )
        self.peers = self._lifecycle.peers

    # -- commands -----------------------------------------------------------------------------

    def join(
        self,
        room: str,
        participant: str,
        *,
        role: CallRole,
        echo: bool = False,
        ahead: bool = False,
    ) -> Offer:
        """See :meth:`kiosk.media.engine.MediaEngine.join`."""
        for name in (room, participant):
            if not 0 < len(name) <= MAX_NAME:
                raise MediaError("media.bad_request", status=400)
        key = f"echo/{secrets.token_hex(8)}" if echo else room_key(room)
        self._replace(key, participant)
        if echo:
            self._check_echo_share()
        self._check_space(key)
        now = self._clock()
        media_room = self.rooms.setdefault(key, MediaRoom(room, echo=echo))
        peer = Peer(
            key,
            room,
            participant,
            self._certificate,
            Endpoint(self._fingerprint, self._addresses, self._port.port),
            role=role,
            counters=self.counters,
            slots=max(1, len(media_room.peers)),
            layered=not echo,
            prejoin=ahead,
            now=now,
        )
        media_room.add(peer, now)
        self._lifecycle.begin(peer)
        self.slow_path.expect(peer)
        self.counters.offers += 1
        layout = media_room.expected_layout(peer)
        return Offer(peer.id, peer.negotiation.first_offer(), slots=layout)

    def answer(self, peer_id: str, sdp: str, generation: int = 1) -> None:
        """See :meth:`kiosk.media.engine.MediaEngine.answer`."""
        peer = self._peer(peer_id)
        room = self.rooms[peer.room]
        if generation == 1:
            self._lifecycle.connect(peer, peer.negotiation.first_answer(sdp))
            room.refresh_key_frames(self._clock())
        else:
            room.answered(peer, generation, sdp, self._clock())

    def restart(self, peer_id: str) -> Offer:
        """See :meth:`kiosk.media.engine.MediaEngine.restart`."""
        peer = self._peer(peer_id)
        if not peer.joined:
            raise MediaError("media.unknown_peer", status=404)
        self.slow_path.restart(peer)
        sdp, generation = peer.negotiation.restart_offer()
        return Offer(peer.id, sdp, generation)

    def leave(self, peer_id: str, reason: GoneReason = GoneReason.LEFT) -> None:
        """See :meth:`kiosk.media.engine.MediaEngine.leave`."""
        peer = self.peers.get(peer_id)
        if peer is not None:
            self._lifecycle.end(peer, reason)

    def close_room(self, room: str, reason: GoneReason = GoneReason.ROOM_CLOSED) -> None:
        """See :meth:`kiosk.media.engine.MediaEngine.close_room`."""
        for peer in self._peers_in(room_key(room)):
            self._lifecycle.end(peer, reason)

    def report(self, peer_id: str) -> PeerReport:
        """See :meth:`kiosk.media.engine.MediaEngine.report`."""
        return report_of(self._peer(peer_id), self._clock())

    def health(self) -> Health:
        """See :meth:`kiosk.media.engine.MediaEngine.health`."""
        return Health(
            instance=self.instance,
            rooms=len(self.rooms),
            peers=len(self.peers),
            packets_in=self.counters.received,
            packets_out=self.counters.forwarded,
            packets_dropped=self.counters.dropped,
            uptime_s=self._clock() - self._started_at,
            udp_port=self._port.port,
            addresses=self._addresses,
        )

    def statistics(self) -> Statistics:
        """See :meth:`kiosk.media.engine.MediaEngine.statistics`."""
        uptime_s = self._clock() - self._started_at
        return collect(self.counters, self.instance, self.rooms, self.peers.values(), uptime_s)

    # -- time ---------------------------------------------------------------------------------

    async def run(self) -> None:
        """Tick until cancelled."""
        time_of = asyncio.get_running_loop().time
        while True:
            pause = self._limits.tick_s if self.peers else IDLE_S
            due = time_of() + pause
            await asyncio.sleep(pause)
            self.counters.loop_delay_s.observe(time_of() - due)
            try:
                self.tick()
            except Exception:
                log.exception("media.tick_fault")

    def tick(self) -> None:
        """Repair, report and expire whatever is due now."""
        self._lifecycle.tick()

    async def close(self) -> None:
        """End every peer and free the port."""
        for peer in list(self.peers.values()):
            self._lifecycle.end(peer, GoneReason.ROOM_CLOSED)
        await self._lifecycle.settled()
        self._port.close()

    # -- helpers ------------------------------------------------------------------------------

    def _replace(self, key: str, participant: str) -> None:
        for peer in self._peers_in(key):
            if peer.participant == participant:
                self._lifecycle.end(peer, GoneReason.REPLACED)

    def _peers_in(self, key: str) -> list[Peer]:
        room = self.rooms.get(key)
        return list(room.peers.values()) if room else []

    def _check_echo_share(self) -> None:
        echoes = [peer for peer in self.peers.values() if self.rooms[peer.room].echo]
        waiting = sum(not peer.joined for peer in echoes)
        if len(echoes) >= self._limits.echoes or waiting >= self._limits.echoes_waiting:
            raise MediaError("media.echo_busy", status=503)

    def _check_space(self, key: str) -> None:
        if len(self.peers) >= self._limits.peers:
            raise MediaError("media.too_many", status=503)
        if sum(not peer.joined for peer in self.peers.values()) >= self._limits.waiting:
            raise MediaError("media.too_many", status=503)
        if len(self._peers_in(key)) >= self._limits.peers_per_room:
            raise MediaError("media.room_full", status=409)

    def _peer(self, peer_id: str) -> Peer:
        peer = self.peers.get(peer_id)
        if peer is None:
            raise MediaError("media.unknown_peer", status=404)
        return peer

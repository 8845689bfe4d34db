"""A media plane for tests: real sockets on loopback, a clock the test moves, recorded events."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from aiortc import RTCCertificate
from aiortc.rtcdtlstransport import SRTPProtectionProfile

from kiosk.media.addresses import announced
from kiosk.media.engine import CallRole, MediaEvent
from kiosk.media.plane.limits import Limits
from kiosk.media.plane.process.media_plane import MediaPlane
from tests.media.peer import MediaPeer


class Clock:
    """Seconds that pass only when a test advances them."""

    def __init__(self) -> None:
        self.seconds = 1000.0

    def __call__(self) -> float:
        return self.seconds

    def advance(self, seconds: float) -> None:
        self.seconds += seconds


class Stage:
    """The plane, and the test browsers connected to it."""

    def __init__(
        self, certificate: RTCCertificate, *, limits: Limits | None, addresses: tuple[str, ...]
    ) -> None:
        self.clock = Clock()
        self.events: list[MediaEvent] = []
        self.plane = MediaPlane(
            addresses=announced(addresses),
            port=0,
            certificate=certificate,
            emit=self.events.append,
            limits=limits,
            clock=self.clock,
        )
        self._peers: list[MediaPeer] = []

    @property
    def port(self) -> tuple[str, int]:
        """Where the plane listens."""
        health = self.plane.health()
        return health.addresses[0], health.udp_port

    def offered(
        self,
        participant: str,
        *,
        room: str = "room",
        echo: bool = False,
        ahead: bool = False,
        role: CallRole = CallRole.CITIZEN,
        by: str | None = None,
    ) -> MediaPeer:
        """Make ``participant`` an offer, and no more; ``by`` is the plane's address used."""
        offer = self.plane.join(room, participant, role=role, echo=echo, ahead=ahead)
        peer = MediaPeer(offer.peer, offer.sdp, participant, by=by)
        self._peers.append(peer)
        return peer

    async def connected(
        self,
        participant: str,
        *,
        room: str = "room",
        echo: bool = False,
        profile: SRTPProtectionProfile | None = None,
        layers: tuple[str, ...] = (),
    ) -> MediaPeer:
        """Let ``participant`` join and wait until media and messages can flow.

        ``profile`` is the only SRTP profile the browser knows; ``layers`` the layers it sends.
        """
        peer = self.offered(participant, room=room, echo=echo)
        peer.layers = layers
        if profile is not None:
            peer.dtls._srtp_profiles = [profile]
        await self.lets_in(peer)
        return peer

    async def in_prejoin(self, participant: str) -> MediaPeer:
        """Connect ``participant`` in prejoin, and wait until only ``enter`` is missing."""
        peer = self.offered(participant, ahead=True)
        await self._connects(peer)
        there = self.plane.peers[peer.id]
        await until(lambda: there.connection.can_receive_messages)
        return peer

    async def _connects(self, peer: MediaPeer) -> None:
        await peer.prove_address()
        self.plane.answer(peer.id, peer.answer())
        await peer.shake_hands()
        await peer.open_channel()

    async def lets_in(self, peer: MediaPeer) -> None:
        """Let a peer with an offer answer, and wait until media and messages can flow."""
        await self._connects(peer)
        await until(lambda: peer.id in self.plane.peers and self.plane.peers[peer.id].joined)
        await until(lambda: peer.heard("layout"))

    async def pair(self) -> tuple[MediaPeer, MediaPeer]:
        """Return two people in one room who see each other."""
        amina, bruno = await self.connected("amina"), await self.connected("bruno")
        await until(lambda: amina.sees("bruno") and bruno.sees("amina"))
        return amina, bruno

    def gone(self) -> list[tuple[str, str]]:
        """Who has gone so far, and why."""
        return [(e.participant, e.reason) for e in self.events if e.kind == "peer.gone"]

    async def forget(self, peer: MediaPeer) -> None:
        """Free a test browser that has left, before the end of the test."""
        self._peers.remove(peer)
        await peer.close()

    async def close(self) -> None:
        await asyncio.gather(*(peer.close() for peer in self._peers))
        await self.plane.close()


@asynccontextmanager
async def a_stage(
    certificate: RTCCertificate,
    *,
    limits: Limits | None = None,
    addresses: tuple[str, ...] = ("127.0.0.1",),
) -> AsyncIterator[Stage]:
    """Run a plane for the length of a block."""
    stage = Stage(certificate, limits=limits, addresses=addresses)
    try:
        yield stage
    finally:
        await stage.close()


async def until(condition: Callable[[], object], *, seconds: float = 10.0) -> None:
    """Wait for ``condition``; fail, showing its source line, when it does not come."""
    limit = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < limit, "the condition did not come true in time"
        await asyncio.sleep(0.002)


async def settle() -> None:
    """Wait until everything on loopback has arrived, to show that nothing came."""
    for _ in range(10):
        await asyncio.sleep(0.005)

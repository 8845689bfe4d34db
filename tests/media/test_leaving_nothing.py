"""A peer that has ended is freed at once, without the garbage collector."""

from __future__ import annotations

import gc
import weakref
from collections.abc import Awaitable, Callable, Iterator

import pytest
from aiortc import RTCCertificate

from tests.media.peer import MediaPeer
from tests.media.stage import Stage, a_stage, settle, until


@pytest.fixture
def uncollected() -> Iterator[None]:
    """Keep the collector from helping."""
    gc.collect()
    gc.disable()
    yield
    gc.enable()


async def by_command(stage: Stage, peer: MediaPeer) -> None:
    stage.plane.leave(peer.id)


async def by_hanging_up(stage: Stage, peer: MediaPeer) -> None:
    await peer.hang_up()


async def by_coming_back(stage: Stage, peer: MediaPeer) -> None:
    await stage.connected("amina")


async def by_vanishing(stage: Stage, peer: MediaPeer) -> None:
    peer.send_raw = lambda data: None  # type: ignore[method-assign]
    stage.clock.advance(100)
    stage.plane.tick()


async def by_vanishing_while_we_speak(stage: Stage, peer: MediaPeer) -> None:
    channel = stage.plane.peers[peer.id].connection.channel
    assert channel is not None
    peer.send_raw = lambda data: None  # type: ignore[method-assign]
    for _ in range(200):
        channel.send({"type": "speaking", "participants": ["bruno"]})
    await settle()
    stage.clock.advance(100)
    stage.plane.tick()


WAYS = (by_command, by_hanging_up, by_coming_back, by_vanishing, by_vanishing_while_we_speak)


@pytest.mark.usefixtures("uncollected")
@pytest.mark.parametrize("leave", WAYS)
async def test_a_peer_and_its_packets_are_freed_when_it_has_left(
    certificate: RTCCertificate, leave: Callable[[Stage, MediaPeer], Awaitable[None]]
):
    async with a_stage(certificate) as stage:
        amina, bruno = await stage.pair()
        amina.send_video(1)
        await until(lambda: bruno.rtp)
        kept = kept_for(stage, amina)

        await leave(stage, amina)

        await until(lambda: not [name for name, there in kept.items() if there() is not None])


@pytest.mark.usefixtures("uncollected")
async def test_a_room_is_freed_when_its_last_peer_leaves(certificate: RTCCertificate):
    async with a_stage(certificate) as stage:
        amina, bruno = await stage.pair()
        room = weakref.ref(stage.plane.rooms[stage.plane.peers[amina.id].room])

        stage.plane.leave(amina.id)
        stage.plane.leave(bruno.id)

        await until(lambda: room() is None)


@pytest.mark.usefixtures("uncollected")
async def test_an_offer_that_lapses_is_freed(certificate: RTCCertificate):
    async with a_stage(certificate) as stage:
        nora = stage.offered("nora")
        await nora.prove_address()
        peer = weakref.ref(stage.plane.peers[nora.id])

        stage.clock.advance(100)
        stage.plane.tick()

        await until(lambda: peer() is None)


def kept_for(stage: Stage, peer: MediaPeer) -> dict[str, Callable[[], object | None]]:
    """What the plane keeps for somebody in a call, by name, as weak references."""
    there = stage.plane.peers[peer.id]
    connection = there.connection
    assert connection.channel is not None
    assert connection.keys is not None
    parts = {
        "peer": there,
        "dtls": connection.dtls.transport,
        "sctp": connection.channel._sctp,
        "keys": connection.keys._rx,
        "channel": connection.channel,
    }
    return {name: weakref.ref(part) for name, part in parts.items()}

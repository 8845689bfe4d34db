"""Fills rooms with participants, in our plane and in Janus."""

from __future__ import annotations

import asyncio
import random
from dataclasses import dataclass
from typing import Protocol

from aiortc import RTCCertificate

from bench.janus_server import JanusServer
from bench.load.mill import Mill
from bench.load.participant import JOINED_WITHIN_S, Participant
from bench.load.video_room import VideoRoom
from bench.plane_server import PlaneServer
from bench.processes import ServerProcess
from kiosk.media.engine import CallRole

LOOK_AGAIN_S = 0.01


@dataclass(frozen=True, slots=True)
class Seat:
    """A person in a room; ``up`` and ``down`` are the same with a single connection."""

    up: Participant
    down: Participant


class Rooms(Protocol):
    """A server in which rooms can be filled."""

    process: ServerProcess

    async def fill(self, people: int) -> list[Seat]:
        """Open a room and have so many people join, until each is ready to see all others."""


class Cast:
    """Makes participants whose datagrams are sent by the mill, and closes all of them."""

    def __init__(self, address: str, *, core: int) -> None:
        self._address = address
        self._certificate = RTCCertificate.generateCertificate()
        self._by_number: dict[int, Participant] = {}
        self.samples: list[tuple[int, bytes]] = []
        """Sampled RTP packets: the receiving socket's number, and the packet, still encrypted."""
        self.mill = Mill(self._take, core=core)

    def __getitem__(self, number: int) -> Participant:
        return self._by_number[number]

    def new(self) -> Participant:
        """Return a participant that has not connected yet."""
        participant = Participant(self._address, self._certificate)
        self._by_number[participant.number] = participant
        self.mill.watch(participant.number)
        return participant

    async def close(self) -> None:
        """Have everybody leave."""
        for number, participant in self._by_number.items():
            self.mill.forget(number)
            await participant.close()
        self.mill.close()

    def _take(self, number: int, datagram: bytes) -> None:
        if datagram[0] >> 6 == 2:
            if not 192 <= datagram[1] <= 223:
                self.samples.append((number, datagram))
        else:
            self._by_number[number].take(datagram)


class OurRooms:
    """Rooms in our plane: one connection a person, a data channel on each."""

    def __init__(self, server: PlaneServer, cast: Cast) -> None:
        self.process = server.process
        self._engine = server.engine
        self._cast = cast
        self._opened = 0

    async def fill(self, people: int) -> list[Seat]:
        """See :meth:`Rooms.fill`."""
        self._opened += 1
        room = f"load-{self._opened}"
        there = [await self._join(room, f"person-{number}") for number in range(people)]
        async with asyncio.timeout(JOINED_WITHIN_S):
            while any(len(participant.sees) < people - 1 for participant in there):
                await asyncio.sleep(LOOK_AGAIN_S)
        return [Seat(participant, participant) for participant in there]

    async def _join(self, room: str, person: str) -> Participant:
        participant = self._cast.new()
        offer = self._engine.join(room, person, role=CallRole.ROBOT)
        self._engine.answer(offer.peer, participant.answer(offer.sdp))
        await participant.connect(offer.sdp, controlling=True, channel=True)
        return participant


class JanusRooms:
    """Rooms in Janus's VideoRoom, multistream: one connection up and one down a person."""

    def __init__(self, server: JanusServer, cast: Cast) -> None:
        self.process = server.process
        self._signaling = VideoRoom(server.url)
        self._cast = cast

    async def fill(self, people: int) -> list[Seat]:
        """See :meth:`Rooms.fill`."""
        room = random.getrandbits(40)
        self._signaling.create(room, most=people)
        ups = await asyncio.gather(*(self._publish(room) for _ in range(people)))
        feeds = [feed for feed, _ in ups]
        downs = await asyncio.gather(
            *(self._subscribe(room, [other for other in feeds if other != own]) for own in feeds)
        )
        return [Seat(up, down) for (_, up), down in zip(ups, downs, strict=True)]

    async def _publish(self, room: int) -> tuple[int, Participant]:
        participant = self._cast.new()
        feed, answer = self._signaling.publish(room, participant.offer())
        await participant.connect(answer, controlling=True)
        return feed, participant

    async def _subscribe(self, room: int, feeds: list[int]) -> Participant:
        participant = self._cast.new()
        handle, offer = self._signaling.subscribe(room, feeds)
        self._signaling.start(handle, participant.answer(offer))
        await participant.connect(offer, controlling=False)
        return participant

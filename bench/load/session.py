"""A server with participants in it, from its start to its end."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractContextManager, asynccontextmanager, contextmanager

from bench.janus_server import running_janus
from bench.lab import Lab
from bench.load.packets import Stream, streams_of
from bench.load.run import Reading, run
from bench.load.seats import Cast, JanusRooms, OurRooms, Rooms
from bench.plane_server import running_plane
from bench.processes import own_address

SECONDS = 8.0
QUICK_SECONDS = 3.0


class Session:
    """Rooms of equal size on one server; more may be opened between two runs."""

    def __init__(self, lab: Lab, rooms: Rooms, cast: Cast, *, people: int) -> None:
        self.process = rooms.process
        self.participants = 0
        self._lab = lab
        self._rooms = rooms
        self._cast = cast
        self._people = people
        self._streams: list[Stream] = []
        self._bytes_before = self.process.resident_bytes()

    async def open(self, rooms: int) -> None:
        """Fill so many more rooms, one after the other."""
        for _ in range(rooms):
            seats = await self._rooms.fill(self._people)
            self._streams += streams_of([seat.up for seat in seats])
            self.participants += len(seats)

    async def run(self, seconds: float = SECONDS) -> Reading:
        """Have everybody send sound and picture, and measure."""
        seconds = min(seconds, QUICK_SECONDS) if self._lab.quick else seconds
        return await run(
            self._cast, self.process, self._streams, people=self._people, seconds=seconds
        )

    @property
    def bytes_per_participant(self) -> float:
        """The server's growth in bytes for each participant."""
        grown = self.process.resident_bytes() - self._bytes_before
        return grown / self.participants


_Server = tuple[str, Callable[[Cast], Rooms]]


@contextmanager
def ours(lab: Lab) -> Iterator[_Server]:
    """Start our plane; yield its address and its rooms."""
    with running_plane(own_address(), core=lab.server_core) as server:
        yield server.address, lambda cast: OurRooms(server, cast)


@contextmanager
def janus(lab: Lab) -> Iterator[_Server]:
    """Start Janus; yield its address and its rooms."""
    with running_janus(core=lab.server_core) as server:
        yield server.address, lambda cast: JanusRooms(server, cast)


@asynccontextmanager
async def session(
    lab: Lab, server: Callable[[Lab], AbstractContextManager[_Server]], *, people: int
) -> AsyncIterator[Session]:
    """Start ``server`` (:func:`ours` or :func:`janus`) for the length of a block."""
    with lab.first(), server(lab) as (address, rooms):
        cast = Cast(address, core=lab.generator_core)
        try:
            yield Session(lab, rooms(cast), cast, people=people)
        finally:
            await cast.close()

"""Reading a request's body to its end before anybody works on it; the longest ones on disk."""

from __future__ import annotations

import asyncio
import contextlib
import tempfile
from types import TracebackType
from typing import IO

from kiosk.web.admission_control.bounds import Bounds
from kiosk.web.admission_control.messages import Message, Receive
from kiosk.web.admission_control.refusals import Busy, TooBig, TooSlow

PIECE = 64 * 1024
DRAIN_S = 2.0
"""How long an announced body that is refused is read, so that the browser shows the answer."""


class Gone(Exception):
    """The visitor has closed the connection."""


class Stock:
    """The bytes on disk that all bodies hold together.

    What a body keeps in memory does not count: forms are that short, and are read on while somebody
    fills the disk's share. The shares of requests bound it.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self.now = 0

    def take(self, amount: int) -> None:
        """Use so many; raise Busy when they are not there."""
        if self.now + amount > self._most:
            raise Busy
        self.now += amount

    def give_back(self, amount: int) -> None:
        """Free so many."""
        self.now -= amount


class Body:
    """One body while it is read and then passed on. A context manager: it frees what it holds."""

    def __init__(self, bounds: Bounds, stock: Stock, *, most: int) -> None:
        self._bounds, self._stock, self._most = bounds, stock, most
        self._file: IO[bytes] = tempfile.SpooledTemporaryFile(bounds.body_in_memory)  # noqa: SIM115
        self.length = 0
        self._left = 0
        self._deadline: asyncio.Timeout | None = None

    def __enter__(self) -> Body:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        self._file.close()
        self._stock.give_back(self._on_disk(self.length))

    def give_way(self) -> None:
        """End the reading at once, as if it were too late."""
        if self._deadline is not None:
            # RuntimeError: it is too late for it already.
            with contextlib.suppress(RuntimeError):
                self._deadline.reschedule(0)

    async def read(self, receive: Receive, *, announced: int) -> None:
        """Read it all. Raises TooSlow, TooBig, Busy, or Gone."""
        bounds = self._bounds
        whole_s = bounds.body_s + announced / bounds.body_bytes_per_s
        end = asyncio.get_running_loop().time() + whole_s
        try:
            async with asyncio.timeout(min(bounds.first_body_byte_s, whole_s)) as deadline:
                self._deadline = deadline
                while await self._take(await receive()):
                    deadline.reschedule(end)
        except TimeoutError as error:
            raise TooSlow from error
        self._file.seek(0)
        self._left = self.length

    async def _take(self, message: Message) -> bool:
        if message["type"] != "http.request":
            raise Gone
        piece: bytes = message.get("body", b"")
        if self.length + len(piece) > self._most:
            raise TooBig
        length = self.length + len(piece)
        self._stock.take(self._on_disk(length) - self._on_disk(self.length))
        self.length = length
        self._file.write(piece)
        return bool(message.get("more_body", False))

    def _on_disk(self, length: int) -> int:
        return max(0, length - self._bounds.body_in_memory)

    def replay(self, receive: Receive) -> Receive:
        """Return what gives the body in pieces, and then what ``receive`` gives."""
        finished = False

        async def replayed() -> Message:
            nonlocal finished
            if finished:
                return await receive()
            piece = self._file.read(PIECE)
            self._left -= len(piece)
            finished = self._left <= 0
            return {"type": "http.request", "body": piece, "more_body": not finished}

        return replayed


async def drain(receive: Receive, most: int) -> None:
    """Read and forget a body that is refused, for two seconds and ``most`` bytes."""
    left = most
    try:
        async with asyncio.timeout(DRAIN_S):
            while left > 0:
                message = await receive()
                left -= len(message.get("body", b""))
                if not message.get("more_body", False):
                    return
    except TimeoutError:
        return

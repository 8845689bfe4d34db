"""Bad weather on the line: a relay of our own that loses, delays and shuffles UDP datagrams.

Needs no privilege and behaves the same on every machine, unlike the kernel's netem (decision 0094).
A browser is led through it by the port it is told; to the server each browser is an address of the
relay's.
"""

from __future__ import annotations

import contextlib
import heapq
import random
import selectors
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from typing import Any

Address = tuple[str, int]

QUEUE_S = 0.3
"""A line with a rate keeps at most so much waiting, as a modem does; what comes then is lost."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Weather:
    """What happens to every datagram, each way alike and independently; the default is calm."""

    loss: float = 0.0
    """Fraction of 1, each datagram by itself."""
    delay_ms: float = 0.0
    jitter_ms: float = 0.0
    """Each waits up to so much longer, evenly spread, so that later ones may overtake it."""
    rate_kbps: float = 0.0
    """0: no limit."""


CALM = Weather()


@dataclass(slots=True)
class _Way:
    """One direction of one browser's line."""

    send: Callable[[bytes], Any]
    free_at: float = 0.0


class Line:
    """The relay between browsers and the server at ``server``; :meth:`becomes` changes the weather.

    ``passed`` and ``lost`` count datagrams of both directions.
    """

    def __init__(self, server: Address, *, seed: int = 1) -> None:
        self.passed = self.lost = 0
        self.weather = CALM
        self._server = server
        self._random = random.Random(seed)  # noqa: S311 - weather, not secrets
        self._order = count()
        self._waiting: list[tuple[float, int, _Way, bytes]] = []
        self._selector = selectors.DefaultSelector()
        self._front = _udp_socket((server[0], 0))
        self._selector.register(self._front, selectors.EVENT_READ, self._from_browsers)
        self._ways_up: dict[Address, _Way] = {}
        self._sockets = [self._front]
        self._over = False
        self._thread = threading.Thread(target=self._run, name="weather", daemon=True)
        self._thread.start()

    @property
    def address(self) -> Address:
        """Where browsers speak to instead of the server."""
        host, port = self._front.getsockname()[:2]
        return host, port

    def becomes(self, weather: Weather) -> None:
        """Change the weather for every datagram that comes from now on."""
        self.weather = weather

    def close(self) -> None:
        """Stop; what was under way is lost."""
        self._over = True
        self._thread.join()
        for one in self._sockets:
            one.close()
        self._selector.close()

    def _run(self) -> None:
        while not self._over:
            pause = self._waiting[0][0] - time.monotonic() if self._waiting else 0.05
            for key, _ in self._selector.select(min(0.05, max(0.0, pause))):
                key.data()
            self._let_go()

    def _let_go(self) -> None:
        while self._waiting and self._waiting[0][0] <= time.monotonic():
            _, _, way, data = heapq.heappop(self._waiting)
            with contextlib.suppress(OSError):
                way.send(data)

    def _from_browsers(self) -> None:
        for data, browser in _arrived(self._front):
            way = self._ways_up.get(browser)
            self._carry(way or self._new_browser(browser), data)

    def _new_browser(self, browser: Address) -> _Way:
        back = _udp_socket((self._server[0], 0))
        down = _Way(lambda data: self._front.sendto(data, browser))
        up = _Way(lambda data: back.sendto(data, self._server))

        def from_server() -> None:
            for data, _ in _arrived(back):
                self._carry(down, data)

        self._selector.register(back, selectors.EVENT_READ, from_server)
        self._sockets.append(back)
        self._ways_up[browser] = up
        return up

    def _carry(self, way: _Way, data: bytes) -> None:
        weather, now = self.weather, time.monotonic()
        queued = self._queued(way, len(data), weather, now)
        if queued > QUEUE_S or self._random.random() < weather.loss:
            self.lost += 1
            return
        self.passed += 1
        late = (weather.delay_ms + self._random.random() * weather.jitter_ms) / 1000
        heapq.heappush(self._waiting, (now + queued + late, next(self._order), way, data))

    @staticmethod
    def _queued(way: _Way, size: int, weather: Weather, now: float) -> float:
        if not weather.rate_kbps:
            return 0.0
        wait = max(0.0, way.free_at - now)
        if wait <= QUEUE_S:
            way.free_at = now + wait + size * 8 / (weather.rate_kbps * 1000)
        return wait


@contextmanager
def line_to(server: Address, *, seed: int = 1) -> Iterator[Line]:
    """Lay a line to ``server``; calm at first."""
    line = Line(server, seed=seed)
    try:
        yield line
    finally:
        line.close()


def _udp_socket(address: Address) -> socket.socket:
    one = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    one.setblocking(False)
    one.bind(address)
    return one


def _arrived(one: socket.socket) -> Iterator[tuple[bytes, Address]]:
    # An ICMP error of an earlier datagram counts as nothing.
    with contextlib.suppress(OSError):
        while True:
            yield one.recvfrom(2048)

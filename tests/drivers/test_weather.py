"""The line of our own does to datagrams what its weather says, both ways."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator

import pytest

from tests.drivers.weather import CALM, Line, Weather, line_to

MANY = 1000


@pytest.fixture
def server() -> Iterator[socket.socket]:
    with _udp() as one:
        yield one


@pytest.fixture
def browser() -> Iterator[socket.socket]:
    with _udp() as one:
        yield one


def test_a_calm_line_carries_every_datagram_there_and_back(
    server: socket.socket, browser: socket.socket
) -> None:
    with line_to(server.getsockname()) as line:
        browser.sendto(b"there", line.address)
        data, seen_as = server.recvfrom(100)
        server.sendto(b"back", seen_as)

        assert data == b"there"
        assert seen_as != browser.getsockname()
        assert browser.recvfrom(100) == (b"back", line.address)


def test_a_lossy_line_loses_its_share_and_says_so(
    server: socket.socket, browser: socket.socket
) -> None:
    with line_to(server.getsockname()) as line:
        line.becomes(Weather(loss=0.1))
        arrived = _flood(browser, server, line)

        assert arrived == line.passed
        assert line.lost == MANY - arrived
        assert 0.07 * MANY < line.lost < 0.13 * MANY


def test_jitter_lets_later_datagrams_overtake_and_loses_none(
    server: socket.socket, browser: socket.socket
) -> None:
    with line_to(server.getsockname()) as line:
        line.becomes(Weather(delay_ms=20, jitter_ms=50))
        began = time.monotonic()
        for number in range(20):
            browser.sendto(bytes([number]), line.address)
        numbers = [server.recv(100)[0] for _ in range(20)]

        assert sorted(numbers) == list(range(20)) != numbers
        assert time.monotonic() - began >= 0.02


def test_a_narrow_line_makes_datagrams_wait_and_drops_what_would_wait_too_long(
    server: socket.socket, browser: socket.socket
) -> None:
    with line_to(server.getsockname()) as line:
        line.becomes(Weather(rate_kbps=800))
        for _ in range(100):
            browser.sendto(bytes(1000), line.address)
        # 10 ms each: the 31st would wait longer than a modem keeps it.
        for _ in range(30):
            server.recv(2000)

        assert line.lost >= 60
        line.becomes(CALM)


def _flood(browser: socket.socket, server: socket.socket, line: Line) -> int:
    """Send many, slowly enough for every buffer; return how many came through."""
    arrived = 0
    for number in range(MANY):
        browser.sendto(bytes(100), line.address)
        while line.passed + line.lost <= number:
            time.sleep(0.0002)
        if line.passed > arrived:
            server.recv(200)
            arrived += 1
    return arrived


def _udp() -> socket.socket:
    one = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    one.settimeout(10)
    one.bind(("127.0.0.1", 0))
    return one

"""Pages of ours open a socket through proxies of every kind; pages of others never do."""

from __future__ import annotations

import asyncio

import pytest
import socketio
import uvicorn

from kiosk.realtime.hub import SOCKETS, Hub
from kiosk.realtime.origins import is_ours
from tests.drivers.ports import listening_socket

PUBLIC = "https://visio.example.fr"


@pytest.mark.parametrize(
    ("origin", "host", "forwarded"),
    [
        (PUBLIC, "visio.example.fr", ""),
        (PUBLIC, "127.0.0.1:8000", ""),
        (PUBLIC, "visio.example.fr:443", ""),
        (PUBLIC, "Visio.Example.FR", ""),
        (PUBLIC, "127.0.0.1:8000", "visio.example.fr, proxy.internal"),
        ("https://other.example.fr", "127.0.0.1:8000", "other.example.fr"),
        ("http://[::1]:8000", "[::1]:8000", ""),
        ("http://localhost:8000", "localhost:8000", ""),
        (None, "visio.example.fr", ""),
    ],
)
def test_a_page_of_ours_may_open_a_socket(origin: str | None, host: str, forwarded: str) -> None:
    environ = {"HTTP_HOST": host}
    if forwarded:
        environ["HTTP_X_FORWARDED_HOST"] = forwarded

    assert is_ours(origin, environ, PUBLIC)


@pytest.mark.parametrize(
    "origin",
    [
        "https://evil.example",
        "https://visio.example.fr.evil.example",
        "https://visio.example.fr:8443",
        "null",
        "",
        "https://",
        "https://[::1",
        "https://visio.example.fr:99999999",
    ],
)
def test_a_page_of_others_may_not(origin: str) -> None:
    assert not is_ours(origin, {"HTTP_HOST": "visio.example.fr"}, PUBLIC)
    assert not is_ours(origin, {}, PUBLIC)


@pytest.mark.parametrize(("origin", "status"), [(PUBLIC, b"101"), ("https://evil.example", b"403")])
async def test_a_proxy_that_forgets_the_scheme_and_the_host_leaves_sockets_to_our_pages(
    origin: str, status: bytes
) -> None:
    with listening_socket() as sock:
        application = socketio.ASGIApp(Hub("a secret that is long enough for tests", PUBLIC).server)
        config = uvicorn.Config(application, lifespan="off", log_config=None, **SOCKETS)
        server = uvicorn.Server(config)
        serving = asyncio.create_task(server.serve(sockets=[sock]))
        while not server.started:
            await asyncio.sleep(0.01)
        try:
            answered = await _handshake(sock.getsockname()[1], origin)
        finally:
            server.should_exit = True
            await serving

    assert answered.split()[1] == status


async def _handshake(port: int, origin: str) -> bytes:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(
        b"GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\n"
        b"Host: 127.0.0.1:8000\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
        b"Origin: " + origin.encode() + b"\r\n\r\n"
    )
    answered = await reader.readline()
    writer.close()
    return answered

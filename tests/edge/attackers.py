"""Raw sockets that do what browsers never do. Bounded: every helper closes what it opened."""

from __future__ import annotations

import asyncio
import base64
import contextlib
import os
import resource
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from urllib.parse import urlsplit

OPCODE_TEXT, OPCODE_BINARY, OPCODE_CLOSE, OPCODE_PING = 1, 2, 8, 9
HANDSHAKE = "/socket.io/?EIO=4&transport=websocket"

Pair = tuple[asyncio.StreamReader, asyncio.StreamWriter]


def allow_many_sockets() -> None:
    """Let this process open as many sockets as the system lets it."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, min(hard, 16384)), hard))


@dataclass(frozen=True, slots=True)
class Answer:
    """One HTTP answer; ``took_s`` from the first byte sent to the last received."""

    status: int
    headers: dict[str, str]
    body: bytes
    took_s: float


@dataclass(frozen=True, slots=True)
class Attacker:
    """Where to, and from which address of this machine (127.0.0.0/8)."""

    url: str
    source: str = "127.0.0.1"

    async def connect(self) -> Pair:
        """Open a socket and say nothing."""
        address = urlsplit(self.url)
        return await asyncio.open_connection("127.0.0.1", address.port, local_addr=(self.source, 0))

    async def ask(self, request: str | bytes, *, within_s: float = 30.0) -> Answer:
        """Send these bytes and read one answer until the server closes or it is complete."""
        started = time.monotonic()
        reader, writer = await self.connect()
        try:
            async with asyncio.timeout(within_s):
                writer.write(request.encode() if isinstance(request, str) else request)
                status, headers, body = await read_answer(reader)
        finally:
            await close(writer)
        return Answer(status, headers, body, time.monotonic() - started)

    async def page(self, path: str = "/", *, within_s: float = 30.0) -> Answer:
        """Ask for a page, as a browser would."""
        return await self.ask(get(path), within_s=within_s)

    @asynccontextmanager
    async def idle(self, count: int, first_bytes: bytes = b"") -> AsyncIterator[list[Pair]]:
        """Hold so many sockets, on which nothing but ``first_bytes`` was sent."""
        pairs: list[Pair] = []
        try:
            for _ in range(count):
                with contextlib.suppress(OSError):
                    pair = await asyncio.wait_for(self.connect(), 5)
                    pair[1].write(first_bytes)
                    pairs.append(pair)
            yield pairs
        finally:
            await asyncio.gather(*(drop(writer) for _, writer in pairs))

    async def web_socket(self, path: str = HANDSHAKE) -> WebSocket:
        """Open a WebSocket; raise ConnectionRefusedError when it is not taken."""
        reader, writer = await self.connect()
        key = base64.b64encode(os.urandom(16)).decode()
        writer.write(
            f"GET {path} HTTP/1.1\r\nHost: {urlsplit(self.url).netloc}\r\nUpgrade: websocket\r\n"
            f"Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
            f"Sec-WebSocket-Key: {key}\r\n\r\n".encode()
        )
        try:
            head = await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), 20)
        except (asyncio.IncompleteReadError, TimeoutError, OSError) as error:
            await drop(writer)
            raise ConnectionRefusedError from error
        if b" 101 " not in head.splitlines()[0]:
            await drop(writer)
            raise ConnectionRefusedError(head.splitlines()[0].decode())
        return WebSocket(reader, writer)


@dataclass(slots=True)
class WebSocket:
    """A WebSocket without a library, so that it can send what no library would."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter

    def send(self, data: str | bytes, opcode: int | None = None) -> None:
        """Send one frame, without waiting."""
        payload = data.encode() if isinstance(data, str) else data
        code = opcode or (OPCODE_TEXT if isinstance(data, str) else OPCODE_BINARY)
        self.writer.write(frame(payload, code))

    async def read(self) -> tuple[int, bytes]:
        """Read one frame: opcode and payload; raise IncompleteReadError or OSError at the end."""
        first, second = await self.reader.readexactly(2)
        length = second & 0x7F
        if length == 126:
            length = int.from_bytes(await self.reader.readexactly(2))
        return first & 0x0F, await self.reader.readexactly(length)

    async def join(self, ticket: str) -> bytes:
        """Send a ticket; return the server's answer (``40…`` or ``44…``)."""
        self.send(f'40{{"ticket":"{ticket}"}}')
        while True:
            _, payload = await asyncio.wait_for(self.read(), 10)
            if payload.startswith((b"40", b"44")):
                return payload

    async def until_closed(self, within_s: float) -> bool:
        """Return whether the server closes it in time."""
        try:
            async with asyncio.timeout(within_s):
                while (await self.read())[0] != OPCODE_CLOSE:
                    pass
        except TimeoutError:
            return False
        except (asyncio.IncompleteReadError, OSError):
            pass
        return True

    async def drop(self) -> None:
        """Close it without a word."""
        await drop(self.writer)


def frame(payload: bytes, opcode: int) -> bytes:
    """Write a masked frame (RFC 6455 §5.2) with a mask of zeros."""
    length = len(payload)
    short = bytes([0x80 | length]) if length < 126 else b"\xfe" + length.to_bytes(2)
    return bytes([0x80 | opcode]) + short + b"\0\0\0\0" + payload


def get(path: str) -> str:
    """Write a page's request."""
    return (
        f"GET {path} HTTP/1.1\r\nHost: localhost\r\nAccept: text/html\r\nConnection: close\r\n\r\n"
    )


def post(path: str, *, length: int, accept: str = "text/html", more: str = "") -> str:
    """Write the head of a POST that announces ``length`` bytes."""
    return (
        f"POST {path} HTTP/1.1\r\nHost: localhost\r\nAccept: {accept}\r\nAccept-Language: fr\r\n"
        f"Content-Type: application/x-www-form-urlencoded\r\n{more}"
        f"Content-Length: {length}\r\n\r\n"
    )


async def read_answer(reader: asyncio.StreamReader) -> tuple[int, dict[str, str], bytes]:
    """Read the status, the headers and the body of an answer."""
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
    headers = {
        name.lower(): value.strip()
        for name, _, value in (line.partition(":") for line in head[1:] if line)
    }
    if (length := headers.get("content-length")) is not None:
        body = await reader.readexactly(int(length))
    else:
        body = await reader.read()
    return int(head[0].split()[1]), headers, body


async def drop(writer: asyncio.StreamWriter) -> None:
    """Close a socket without a word, and wait until it is."""
    writer.transport.abort()
    with contextlib.suppress(OSError):
        await writer.wait_closed()


async def close(writer: asyncio.StreamWriter) -> None:
    """Close a socket, whatever became of it."""
    writer.close()
    with contextlib.suppress(OSError):
        await writer.wait_closed()

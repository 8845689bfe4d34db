"""One browser: a kept connection, a cookie, a CSRF token, a socket that brings nudges.

Only what the measurement needs of HTTP/1.1: answers with a length, one request after the other.
"""

from __future__ import annotations

import asyncio
import contextlib
import gzip
import html
import json
import re
import time
from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote, urlsplit

from tests.edge.attackers import OPCODE_CLOSE, Attacker, Pair, WebSocket, drop

GIVEN_UP_AFTER_S = 8.0
"""As long as our scripts wait (``static/js/lib/http.js``)."""

_CLOSED_MEANWHILE = (ConnectionError, asyncio.IncompleteReadError)
_CSRF = re.compile(r'<meta name="csrf-token" content="([^"]+)"')


class Gone(Exception):
    """The person cannot go on: their page was not answered."""


@dataclass(slots=True)
class Tally:
    """What all browsers met; times in seconds, by kind of request."""

    times: defaultdict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    faults: list[str] = field(default_factory=list)
    """``<status or error> <method> <path>`` of everything that was not answered well."""

    def add(self, kind: str, took_s: float) -> None:
        """Note one answer."""
        self.times[kind].append(took_s)


class Browser:
    """Asks one server, from one address of this machine."""

    def __init__(self, url: str, source: str, tally: Tally) -> None:
        self._host = urlsplit(url).netloc
        self._attacker = Attacker(url, source)
        self._tally = tally
        self._cookies: dict[str, str] = {}
        self._csrf = ""
        self._kept: list[Pair] = []
        self._tasks: list[asyncio.Task[None]] = []
        self._revision = 0

    async def page(self, path: str) -> str:
        """Read a page and take its CSRF token, following where the server leads."""
        text = await self._ask("page", "GET", path)
        if found := _CSRF.search(text):
            self._csrf = html.unescape(found[1])
        return text

    async def form(self, path: str, **fields: str) -> str:
        """Send a form of the page; return the page to which it leads."""
        values = {"csrf_token": self._csrf, **fields}
        body = "&".join(f"{name}={quote(value, safe='')}" for name, value in values.items())
        text = await self._ask("write", "POST", path, body, "application/x-www-form-urlencoded")
        if found := _CSRF.search(text):
            self._csrf = html.unescape(found[1])
        return text

    async def post(self, path: str, **body: Any) -> Any:
        """Send what a script sends; return the JSON answered."""
        text = await self._ask("write", "POST", path, json.dumps(body), "application/json")
        return json.loads(text) if text else None

    def follow(self, ticket: str, state: str, revision: int, *, rest_s: float = 0) -> None:
        """Read the state at each nudge from now on, as ``static/js/lib/nudges.js`` does."""
        self._revision = revision
        self._tasks.append(asyncio.create_task(self._follow(ticket, state, rest_s)))

    def repeat(self, path: str, every_s: float) -> None:
        """Post to ``path`` regularly from now on."""
        self._tasks.append(asyncio.create_task(self._repeat(path, every_s)))

    async def close(self) -> None:
        """Close the page."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await asyncio.gather(*(drop(writer) for _, writer in self._kept))

    async def _follow(self, ticket: str, state: str, rest_s: float) -> None:
        nudged = asyncio.Event()
        try:
            socket = await self._attacker.web_socket()
        except OSError as error:
            self._tally.faults.append(f"{type(error).__name__} GET /socket.io/")
            return
        await socket.join(ticket)
        listening = asyncio.create_task(_listen(socket, nudged))
        try:
            while True:
                await nudged.wait()
                nudged.clear()
                with contextlib.suppress(Gone):
                    await asyncio.gather(self._read_state(state), asyncio.sleep(rest_s))
        finally:
            listening.cancel()
            await socket.drop()

    async def _read_state(self, path: str) -> None:
        text = await self._ask("state", "GET", f"{path}?since={self._revision}")
        if text:
            self._revision = json.loads(text)["revision"]

    async def _repeat(self, path: str, every_s: float) -> None:
        while True:
            await asyncio.sleep(every_s)
            with contextlib.suppress(Gone):
                await self.post(path)

    async def _ask(
        self, kind: str, method: str, path: str, body: str = "", content_type: str = ""
    ) -> str:
        started = time.monotonic()
        try:
            async with asyncio.timeout(GIVEN_UP_AFTER_S):
                status, headers, text = await self._once(method, path, body, content_type)
        except (OSError, TimeoutError, asyncio.IncompleteReadError) as error:
            self._tally.faults.append(f"{type(error).__name__} {method} {path}")
            raise Gone from error
        self._tally.add(kind, time.monotonic() - started)
        if status in (302, 303):
            return await self._ask("page", "GET", urlsplit(headers["location"]).path)
        if status >= 400:
            self._tally.faults.append(f"{status} {method} {path}")
            raise Gone
        return text

    async def _once(
        self, method: str, path: str, body: str, content_type: str
    ) -> tuple[int, dict[str, str], str]:
        content = body.encode()
        request = self._head(method, path, content_type, len(content)).encode() + content
        while True:
            is_new = not self._kept
            reader, writer = await self._attacker.connect() if is_new else self._kept.pop()
            try:
                writer.write(request)
                status, headers, raw = await _read(reader)
                break
            except BaseException as error:
                writer.transport.abort()
                # The server had closed it meanwhile: browsers then send the request once more.
                if is_new or not isinstance(error, _CLOSED_MEANWHILE):
                    raise
        self._remember(headers)
        if headers.get("connection", "").lower() == "close":
            await drop(writer)
        else:
            self._kept.append((reader, writer))
        if headers.get("content-encoding") == "gzip":
            raw = gzip.decompress(raw)
        return status, headers, raw.decode()

    def _head(self, method: str, path: str, content_type: str, length: int) -> str:
        lines = [f"{method} {path} HTTP/1.1", f"Host: {self._host}", "Accept-Encoding: gzip"]
        wants = "application/json" if content_type == "application/json" else "text/html"
        lines += [f"Accept: {'application/json' if '/etat' in path else wants}"]
        lines += ["Accept-Language: fr-FR,fr;q=0.9", f"Origin: http://{self._host}"]
        if self._cookies:
            lines.append("Cookie: " + "; ".join(f"{n}={v}" for n, v in self._cookies.items()))
        if method == "POST":
            lines += [f"Content-Type: {content_type}", f"Content-Length: {length}"]
            lines += [f"X-CSRFToken: {self._csrf}", "X-Requested-With: fetch"]
        return "\r\n".join(lines) + "\r\n\r\n"

    def _remember(self, headers: dict[str, str]) -> None:
        name, _, rest = headers.get("set-cookie", "").partition("=")
        if rest:
            self._cookies[name] = rest.partition(";")[0]


async def _listen(socket: WebSocket, nudged: asyncio.Event) -> None:
    with contextlib.suppress(asyncio.IncompleteReadError, OSError):
        while True:
            opcode, payload = await socket.read()
            if opcode == OPCODE_CLOSE:
                return
            if payload == b"2":
                socket.send("3")
            elif payload.startswith(b"42"):
                nudged.set()


async def _read(reader: asyncio.StreamReader) -> tuple[int, dict[str, str], bytes]:
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
    pairs = (line.partition(":") for line in head[1:] if line)
    headers = {name.lower(): value.strip() for name, _, value in pairs}
    status = int(head[0].split()[1])
    if status == 204 or "content-length" in headers:
        return status, headers, await reader.readexactly(int(headers.get("content-length", 0)))
    pieces = []
    while length := int(await reader.readline(), 16):
        pieces.append(await reader.readexactly(length))
        await reader.readline()
    await reader.readline()
    return status, headers, b"".join(pieces)

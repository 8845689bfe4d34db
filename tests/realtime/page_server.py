"""A server for one page that uses ``Nudges``: the real hub, a state that the test changes."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import socketio
import uvicorn

from kiosk.realtime import tickets
from kiosk.realtime.hub import SOCKETS, Hub
from kiosk.web.assets import Assets, asgi_app
from tests.drivers.ports import listening_socket

SECRET = "a secret that is long enough for tests"
ROOT = Path(__file__).resolve().parents[2]

PAGE = """<!doctype html><html lang="fr"><head><title>Salle</title><link rel="icon" href="data:,">
</head><body><h1>Salle</h1><script type="module">
import { Nudges } from "/static/js/lib/nudges.js";
window.states = []; window.troubles = []; window.recoveries = 0;
window.nudges = new Nudges({
  ticket: "%(ticket)s",
  stateUrl: "/state",
  restMs: Number(new URLSearchParams(location.search).get("rest") ?? 0),
  onState: (state) => window.states.push(state),
  onTrouble: (code) => window.troubles.push(code),
  onRecovered: () => { window.recoveries += 1; },
});
window.nudges.connect();
</script></body></html>"""


@dataclass
class PageServer:
    """What the test turns and what it counts; ``status`` other than 200 breaks the state."""

    hub: Hub
    url: str = ""
    revision: int = 1
    status: int = 200
    slowness_s: float = 0.0
    reads: int = 0
    most_at_once: int = 0
    topics: tuple[str, ...] = ("room:7",)
    _now: int = field(default=0)

    def changes(self, *, nudging: bool = True) -> None:
        """Change the state and, unless the nudge is lost, tell it."""
        self.revision += 1
        if nudging:
            self.hub.nudge({"room:7": self.revision})

    async def __call__(self, scope: dict[str, Any], receive: Any, send: Any) -> None:
        """Serve the page and its state."""
        if scope["path"] == "/state":
            await self._state(scope, send)
        else:
            ticket = tickets.issue(SECRET, self.topics)
            await _answer(send, 200, "text/html", PAGE % {"ticket": ticket})

    async def _state(self, scope: dict[str, Any], send: Any) -> None:
        self.reads += 1
        self._now += 1
        self.most_at_once = max(self.most_at_once, self._now)
        revision = self.revision
        await asyncio.sleep(self.slowness_s)
        self._now -= 1
        if self.status != 200:
            await _answer(send, self.status, "application/json", "{}")
        elif scope["query_string"] == f"since={revision}".encode():
            await _answer(send, 204, "application/json", "")
        else:
            body = json.dumps({"revision": revision, "who": "Amina"})
            await _answer(send, 200, "application/json", body)


@contextmanager
def serving() -> Iterator[PageServer]:
    """Serve in a thread with a loop of its own: playwright has one in the test's thread."""
    hub = Hub(SECRET)
    pages = PageServer(hub)
    static = asgi_app(Assets(ROOT / "static", ROOT / "build" / "assets"))

    async def others(scope: dict[str, Any], receive: Any, send: Any) -> None:
        await (static if scope["path"].startswith("/static/") else pages)(scope, receive, send)

    async def attach() -> None:
        hub.attach(asyncio.get_running_loop())

    application = socketio.ASGIApp(hub.server, others, on_startup=attach, on_shutdown=hub.close)
    with listening_socket() as sock:
        config = uvicorn.Config(
            application,
            lifespan="on",
            **SOCKETS,
            log_config=None,
            timeout_graceful_shutdown=1,
        )
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [sock]})
        thread.start()
        pages.url = f"http://localhost:{sock.getsockname()[1]}/"
        try:
            yield pages
        finally:
            server.should_exit = True
            thread.join()


async def _answer(send: Any, status: int, kind: str, body: str) -> None:
    headers = [(b"content-type", f"{kind}; charset=utf-8".encode())]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body.encode()})

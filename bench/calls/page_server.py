"""Serves the page of a measured call, and passes its two commands to an engine."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

from kiosk.media.embedded import EmbeddedEngine
from kiosk.media.engine import CallRole

FOLDER = Path(__file__).parent
TYPES = {".html": "text/html; charset=utf-8", ".js": "text/javascript"}


class _Server(ThreadingHTTPServer):
    def __init__(self, engine: EmbeddedEngine | None) -> None:
        self.engine = engine
        super().__init__(("127.0.0.1", 0), _Handler)


class _Handler(BaseHTTPRequestHandler):
    # HTTP connections stay open, as with a real server.
    protocol_version = "HTTP/1.1"
    server: _Server

    def do_GET(self) -> None:
        file = FOLDER / self.path.partition("?")[0].strip("/")
        if file.suffix in TYPES and file.parent == FOLDER and file.exists():
            self._answer(200, TYPES[file.suffix], file.read_bytes())
        else:
            self._answer(204, "text/plain", b"")

    def do_POST(self) -> None:
        body: dict[str, Any] = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        engine = self.server.engine
        assert engine is not None
        answer: dict[str, Any] = {}
        if self.path == "/offer":
            offer = engine.join(body["room"], body["participant"], role=CallRole.ROBOT)
            answer = {"peer": offer.peer, "sdp": offer.sdp}
        else:
            engine.answer(body["peer"], body["sdp"])
        self._answer(200, "application/json", json.dumps(answer).encode())

    def _answer(self, status: int, kind: str, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Log nothing."""


@contextmanager
def page_for(engine: EmbeddedEngine | None) -> Iterator[str]:
    """Serve the page for calls by ``engine``, or for Janus; yield its address."""
    server = _Server(engine)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield f"http://localhost:{server.server_port}/page.html"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()

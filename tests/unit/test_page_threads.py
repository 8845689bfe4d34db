"""Pages run in threads; the event loop gets each answer once, whole."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterable
from typing import Any

import pytest

from kiosk.run.page_threads import BODY_IN_MEMORY, PageThreads

Message = dict[str, Any]

SCOPE: Message = {
    "type": "http",
    "http_version": "1.1",
    "method": "POST",
    "scheme": "http",
    "path": "/rdv",
    "raw_path": b"/rdv",
    "query_string": b"",
    "root_path": "",
    "headers": [(b"host", b"localhost"), (b"content-type", b"text/plain")],
    "server": ("127.0.0.1", 8000),
    "client": ("127.0.0.1", 40000),
}


async def asked(pages: PageThreads, *pieces: bytes) -> list[Message]:
    """Send one request whose body comes in these pieces; return what was sent back."""
    sent: list[Message] = []
    waiting = [{"type": "http.request", "body": one, "more_body": True} for one in pieces]
    waiting.append({"type": "http.request", "body": b"", "more_body": False})

    async def receive() -> Message:
        return waiting.pop(0)

    async def send(message: Message) -> None:
        sent.append(message)

    await pages(SCOPE, receive, send)
    return sent


async def test_an_answer_in_pieces_is_sent_whole():
    closed = []

    class Pieces(list[bytes]):
        def close(self) -> None:
            closed.append(True)

    def page(_environ: Message, start_response: Any) -> Iterable[bytes]:
        start_response("201 Created", [("X-Name", "é"), ("Content-Type", "text/plain")])
        return Pieces([b"one ", b"two"])

    head, body = await asked(PageThreads(page, workers=1))

    assert head == {
        "type": "http.response.start",
        "status": 201,
        "headers": [(b"x-name", b"\xe9"), (b"content-type", b"text/plain")],
    }
    assert body == {"type": "http.response.body", "body": b"one two"}
    assert closed == [True]


async def test_a_page_reads_the_whole_body_also_one_that_is_kept_on_disk():
    def page(environ: Message, start_response: Any) -> Iterable[bytes]:
        start_response("200 OK", [])
        return [environ["wsgi.input"].read()]

    pieces = [b"a" * BODY_IN_MEMORY, b"b"]
    _, body = await asked(PageThreads(page, workers=1), *pieces)

    assert body["body"] == b"".join(pieces)


async def test_a_fault_in_a_page_rises_where_the_server_logs_it():
    def page(_environ: Message, _start_response: Any) -> Iterable[bytes]:
        raise RuntimeError("a bug")

    with pytest.raises(RuntimeError, match="a bug"):
        await asked(PageThreads(page, workers=1))


async def test_no_more_pages_run_at_once_than_there_are_threads():
    now, most, lock = [0], [0], threading.Lock()

    def page(_environ: Message, start_response: Any) -> Iterable[bytes]:
        with lock:
            now[0] += 1
            most[0] = max(most[0], now[0])
        threading.Event().wait(0.02)
        with lock:
            now[0] -= 1
        start_response("200 OK", [])
        return [b""]

    pages = PageThreads(page, workers=2)
    await asyncio.gather(*(asked(pages) for _ in range(8)))

    assert most == [2]

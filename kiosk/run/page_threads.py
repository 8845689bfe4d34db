"""Runs the pages' WSGI application in threads, and sends each answer once it is whole.

A thread passes its answer to the event loop once. Passing the head, each piece and the end one by
one, as adapters for streams do, costs a wait for the interpreter each time: under load most of the
time of a small page (decision 0331). Nothing that Flask answers here is long or endless.

A page that waits for a printed document gives its thread back and is asked again once the document
is there (decision 0332).
"""

from __future__ import annotations

import asyncio
import contextvars
import tempfile
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import IO, Any, cast

from a2wsgi.wsgi import build_environ
from flask import Flask, request

from kiosk.printing.worker import LATER, Later, NotYet
from kiosk.web.admission_control.messages import Receive, Scope, Send
from kiosk.web.limits import limiter

BODY_IN_MEMORY = 64 * 1024
"""Bytes of a request's body; a longer one is kept on disk while a page reads it."""

AGAIN = "kiosk.again"
"""Stands in the environment of a request that was asked before."""

TIMES_ASKED = 3
"""A page that then waits for one more document is a fault."""

LATIN = "latin-1"
"""How WSGI writes bytes of headers as text (PEP 3333)."""

Wsgi = Callable[[dict[str, Any], Callable[..., object]], Iterable[bytes]]


Answer = tuple[int, list[tuple[bytes, bytes]], bytes]
"""Status, headers, body."""


def prepare(flask: Flask) -> None:
    """Let the pages of this application wait for documents without a thread."""
    # This answer is never sent.
    flask.register_error_handler(NotYet, lambda _: ("", 202))


@limiter.request_filter
def _was_counted() -> bool:
    return AGAIN in request.environ


class PageThreads:
    """An ASGI application: ``wsgi`` in at most ``workers`` threads of this process."""

    def __init__(self, wsgi: Wsgi, *, workers: int) -> None:
        self._wsgi = wsgi
        self._threads = ThreadPoolExecutor(workers, thread_name_prefix="page")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one HTTP request, whose body is whole already."""
        with tempfile.SpooledTemporaryFile(BODY_IN_MEMORY) as body:
            while (message := await receive()).get("more_body", False):
                body.write(message.get("body", b""))
            body.write(message.get("body", b""))
            status, headers, content = await self._whole_answer(scope, body)
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": content})

    async def _whole_answer(self, scope: Scope, body: IO[bytes]) -> Answer:
        later: Later = {}
        context = contextvars.copy_context()
        context.run(LATER.set, later)
        loop = asyncio.get_running_loop()
        for again in range(TIMES_ASKED):
            body.seek(0)
            before = len(later)
            answer = await loop.run_in_executor(
                self._threads, context.run, self._answer, scope, body, bool(again)
            )
            if len(later) == before:
                return answer
            await asyncio.wait([asyncio.wrap_future(one) for one in later.values()])
        raise RuntimeError("a page asks for another document each time")

    def _answer(self, scope: Scope, body: IO[bytes], again: bool) -> Answer:
        pieces: list[bytes] = []
        head: list[tuple[str, list[tuple[str, str]]]] = []

        def start_response(
            status: str, headers: list[tuple[str, str]], _error: object = None
        ) -> Callable[[bytes], None]:
            head[:] = [(status, headers)]
            return pieces.append

        # Typed for a2wsgi's own bodies; WSGI asks for any file.
        environ: Any = build_environ(cast(Any, scope), cast(Any, body))
        if again:
            environ[AGAIN] = True
        answer = self._wsgi(environ, start_response)
        try:
            pieces.extend(answer)
        finally:
            getattr(answer, "close", lambda: None)()
        status, headers = head[0]
        pairs = [(name.lower().encode(LATIN), value.encode(LATIN)) for name, value in headers]
        return int(status.partition(" ")[0]), pairs, b"".join(pieces)

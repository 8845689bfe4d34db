"""Runs the pages' WSGI application in threads, and sends each answer once it is whole.

A thread passes its answer to the event loop once. Passing the head, each piece and the end one by
one, as adapters for streams do, costs a wait for the interpreter each time: under load most of the
time of a small page (decision 0331). Nothing that Flask answers here is long or endless.
"""

from __future__ import annotations

import asyncio
import contextvars
import tempfile
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import IO, Any, cast

from a2wsgi.wsgi import build_environ

from kiosk.web.admission_control.messages import Receive, Scope, Send

BODY_IN_MEMORY = 64 * 1024
"""Bytes of a request's body; a longer one is kept on disk while a page reads it."""

LATIN = "latin-1"
"""How WSGI writes bytes of headers as text (PEP 3333)."""

Wsgi = Callable[[dict[str, Any], Callable[..., object]], Iterable[bytes]]


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
            body.seek(0)
            context = contextvars.copy_context()
            status, headers, content = await asyncio.get_running_loop().run_in_executor(
                self._threads, context.run, self._answer, scope, body
            )
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": content})

    def _answer(
        self, scope: Scope, body: IO[bytes]
    ) -> tuple[int, list[tuple[bytes, bytes]], bytes]:
        pieces: list[bytes] = []
        head: list[tuple[str, list[tuple[str, str]]]] = []

        def start_response(
            status: str, headers: list[tuple[str, str]], _error: object = None
        ) -> Callable[[bytes], None]:
            head[:] = [(status, headers)]
            return pieces.append

        # Typed for a2wsgi's own bodies; WSGI asks for any file.
        environ: Any = build_environ(cast(Any, scope), cast(Any, body))
        answer = self._wsgi(environ, start_response)
        try:
            pieces.extend(answer)
        finally:
            getattr(answer, "close", lambda: None)()
        status, headers = head[0]
        pairs = [(name.lower().encode(LATIN), value.encode(LATIN)) for name, value in headers]
        return int(status.partition(" ")[0]), pairs, b"".join(pieces)

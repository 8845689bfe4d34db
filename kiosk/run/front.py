"""The ASGI application of the web process: admission control, then who answers what.

WebSockets go to Socket.IO, static files are answered from memory, everything else goes to Flask's
threads once its body is whole.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import socketio
from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

from kiosk.realtime.hub import SOCKETS, Hub
from kiosk.realtime.sockets import Sockets
from kiosk.run import page_threads
from kiosk.settings import Settings
from kiosk.web import assets, metrics
from kiosk.web.admission_control.application import AdmissionControl, SocketAdmission
from kiosk.web.admission_control.bounds import FILES_KEPT, Bounds
from kiosk.web.admission_control.connections import Connections
from kiosk.web.admission_control.messages import AsgiApp, Receive, Scope, Send
from kiosk.web.admission_control.refusals import Refusals

FLASK_THREADS = 16

LifespanStep = Callable[[], Awaitable[None]]


class Front:
    """The application and the options that uvicorn serves it with.

    ``open_files`` is how many this process may have; ``opening`` and ``closing`` are run before
    the first and after the last request.
    """

    def __init__(
        self,
        flask: Flask,
        hub: Hub,
        settings: Settings,
        *,
        open_files: int,
        opening: LifespanStep,
        closing: LifespanStep,
    ) -> None:
        bounds, proxies = Bounds(), settings.trusted_proxies
        refusals = Refusals(flask)
        metrics.register_source(flask, refusals.metrics)
        self._bounds = bounds
        self._connections = Connections(
            bounds, refusals, most=open_files - FILES_KEPT, proxies=proxies > 0
        )
        self._socket_io: AsgiApp = socketio.ASGIApp(
            hub.server, on_startup=opening, on_shutdown=closing
        )
        self._sockets = SocketAdmission(
            Sockets(self._socket_io, note=refusals.note), refusals, bounds, trusted_proxies=proxies
        )
        self._static = assets.asgi_app(flask.extensions["assets"])
        self._pages = AdmissionControl(
            _in_threads(flask, proxies), refusals, bounds, trusted_proxies=proxies
        )

    @property
    def options(self) -> dict[str, Any]:
        """How uvicorn handles connections."""
        keep_alive = int(self._bounds.keep_alive_s)
        return {**SOCKETS, **self._connections.protocols(), "timeout_keep_alive": keep_alive}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request to who answers it."""
        scope = without_lookalike_headers(scope)
        if scope["type"] == "websocket":
            await self._sockets(scope, receive, send)
        elif scope["type"] == "lifespan":
            await self._socket_io(scope, receive, send)
        elif scope["path"].startswith(assets.PREFIX):
            await self._static(scope, receive, send)
        else:
            await self._pages(scope, receive, send)


def _in_threads(flask: Flask, proxies: int) -> AsgiApp:
    page_threads.prepare(flask)
    wsgi: Any = flask.wsgi_app
    if proxies:
        wsgi = ProxyFix(wsgi, x_for=proxies, x_proto=proxies, x_host=proxies)
    return page_threads.PageThreads(wsgi, workers=FLASK_THREADS)


def without_lookalike_headers(scope: Scope) -> Scope:
    """Drop headers with an underscore in their name, as nginx does.

    WSGI writes ``-`` as ``_``, so ``X_Forwarded_For`` from a visitor would stand for the proxy's
    own ``X-Forwarded-For`` and let them choose the address that the gate counts.
    """
    if "headers" not in scope:
        return scope
    return {**scope, "headers": [pair for pair in scope["headers"] if b"_" not in pair[0]]}

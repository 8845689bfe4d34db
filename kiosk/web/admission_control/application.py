"""The ASGI application in front of the pages: shares of requests, and whole bodies."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.cookies import CookieError, SimpleCookie

from kiosk.system.networks import network_of
from kiosk.system.shares import Counts, Places
from kiosk.web.admission_control.bodies import Body, Gone, Stock, drain
from kiosk.web.admission_control.bounds import MAX_BODY, Bounds
from kiosk.web.admission_control.messages import AsgiApp, Receive, Scope, Send, header
from kiosk.web.admission_control.refusals import (
    ALL,
    BadHost,
    Busy,
    Refusals,
    TooBig,
    TooMany,
)

SESSION_COOKIE = "guichet"
HOSTS = (b"host", b"x-forwarded-host")
LONGEST_HOST, LONGEST_LABEL = 255, 63
TRY_AGAIN_LATER = 1013
"""A close code of WebSockets."""


class AdmissionControl:
    """Lets a request through when its sender has a share left and its body is whole.

    ``trusted_proxies`` says how many entries at the end of ``X-Forwarded-For`` are believed;
    ``larger`` maps the beginnings of paths to the bytes that their routes take.
    """

    def __init__(
        self,
        pages: AsgiApp,
        refusals: Refusals,
        bounds: Bounds,
        *,
        trusted_proxies: int = 0,
        larger: Mapping[str, int] | None = None,
    ) -> None:
        self._pages, self._refusals, self._bounds = pages, refusals, bounds
        self._proxies = trusted_proxies
        self._larger = larger or {}
        self._requests = Counts(bounds.requests)
        self._stock = Stock(bounds.bodies)
        self._unfinished: Places[Body] = Places(
            total=bounds.unfinished_bodies,
            per_owner=bounds.unfinished_bodies_per_address,
            gives_way=lambda body: True,
            end=Body.give_way,
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        address = network_of(address_of(scope, self._proxies))
        try:
            if not all(can_be_host(header(scope, name)) for name in HOSTS):
                raise BadHost
            with self._share(address, holder_of(scope)):
                if announces_body(scope):
                    await self._with_body(address, scope, receive, send)
                else:
                    await self._pages(scope, receive, send)
        except ALL as refused:
            if isinstance(refused, TooBig):
                await drain(receive, self._most(scope))
            await self._refusals.answer(type(refused), scope, send)
        except Gone:
            return

    @contextmanager
    def _share(self, address: str, holder: str) -> Iterator[None]:
        counts, bounds = self._requests, self._bounds
        bounded = {f"address {address}": bounds.requests_per_address}
        if holder:
            bounded[f"holder {holder}"] = bounds.requests_per_holder
        if counts.full:
            raise Busy
        if any(counts.exceeded(key, most) for key, most in bounded.items()):
            raise TooMany
        counts.add(*bounded)
        try:
            yield
        finally:
            counts.remove(*bounded)

    async def _with_body(self, address: str, scope: Scope, receive: Receive, send: Send) -> None:
        most, announced = self._most(scope), announced_length(scope)
        if announced > most:
            raise TooBig
        with Body(self._bounds, self._stock, most=most) as body:
            if not self._unfinished.take(address, body):
                raise Busy
            try:
                await body.read(receive, announced=announced or most)
            finally:
                self._unfinished.give_back(address, body)
            await self._pages(scope, body.replay(receive), send)

    def _most(self, scope: Scope) -> int:
        path: str = scope["path"]
        declared = [most for start, most in self._larger.items() if path.startswith(start)]
        return max(declared, default=MAX_BODY)


def can_be_host(host: str) -> bool:
    """Tell whether a name is short enough to be one (RFC 1035 §2.3.4); an empty one may be."""
    return len(host) <= LONGEST_HOST and all(len(part) <= LONGEST_LABEL for part in host.split("."))


def address_of(scope: Scope, trusted_proxies: int) -> str:
    """Return the address of who asks, as the trusted proxies tell it (as ProxyFix does)."""
    if trusted_proxies:
        forwarded = [one.strip() for one in header(scope, b"x-forwarded-for").split(",")]
        if len(forwarded) >= trusted_proxies and forwarded[-trusted_proxies]:
            return forwarded[-trusted_proxies]
    client = scope.get("client")
    return str(client[0]) if client else ""


def holder_of(scope: Scope) -> str:
    """Return a name for the session cookie of who asks; empty without one."""
    try:
        found = SimpleCookie(header(scope, b"cookie")).get(SESSION_COOKIE)
    except CookieError:
        return ""
    return hashlib.sha256(found.value.encode()).hexdigest()[:16] if found else ""


def announces_body(scope: Scope) -> bool:
    """Whether a request has a body (RFC 9112 §6)."""
    return announced_length(scope) > 0 or bool(header(scope, b"transfer-encoding"))


def announced_length(scope: Scope) -> int:
    """Return ``Content-Length``; 0 without."""
    value = header(scope, b"content-length")
    return int(value) if value.isascii() and value.isdigit() else 0


class SocketAdmission:
    """Lets a WebSocket through while its address, and the server, have a place left for it."""

    def __init__(
        self, sockets: AsgiApp, refusals: Refusals, bounds: Bounds, *, trusted_proxies: int = 0
    ) -> None:
        self._sockets, self._refusals, self._bounds = sockets, refusals, bounds
        self._proxies = trusted_proxies
        self._open = Counts(bounds.web_sockets)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one WebSocket, or close it before it is accepted."""
        address = network_of(address_of(scope, self._proxies))
        most = self._bounds.web_sockets_per_address
        if self._open.full or self._open.exceeded(address, most):
            self._refusals.note("edge.web_sockets")
            await send({"type": "websocket.close", "code": TRY_AGAIN_LATER})
            return
        self._open.add(address)
        try:
            await self._sockets(scope, receive, send)
        finally:
            self._open.remove(address)

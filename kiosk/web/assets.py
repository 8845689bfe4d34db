"""Static files over HTTP: one :meth:`Assets.respond`, used by a Flask route and an ASGI app.

Addresses under ``/static/v-<version>/`` are kept by browsers for a year; relative imports and
``url()`` inherit the version. Bodies are compressed beforehand and held in memory; Werkzeug reads
the request's headers and answers ranges and validators (decision 0243).
"""

from __future__ import annotations

import mimetypes
from base64 import b64encode
from collections.abc import Awaitable, Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

from flask import Flask, Response, request
from markupsafe import Markup
from werkzeug import Response as Answer

from kiosk.settings import ROOT
from kiosk.web.asset_store import ENCODINGS, AssetStore
from kiosk.web.asset_tree import Asset, AssetTree
from kiosk.web.negotiation import AssetResponse, accepted_encodings, conditional

PREFIX = "/static/"
FOR_A_YEAR = "public, max-age=31536000, immutable"
FOR_A_MOMENT = "public, max-age=5"

_TYPES = {
    ".js": "text/javascript; charset=utf-8",
    ".mjs": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".svg": "image/svg+xml",
    ".json": "application/json",
    ".txt": "text/plain; charset=utf-8",
    ".woff2": "font/woff2",
    ".wasm": "application/wasm",
    ".webmanifest": "application/manifest+json",
}

Scope = dict[str, Any]
Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]


class Assets:
    """The tree and its compressed copies, ready to answer. Safe to share between threads."""

    def __init__(self, static: Path, build: Path) -> None:
        self.tree = AssetTree(static)
        self._store = AssetStore(build)
        self._encoded: dict[tuple[str, str], bytes | None] = {}

    @property
    def version(self) -> str:
        """The tree's version, as in its addresses."""
        return self.tree.version

    def url(self, path: str) -> str:
        """Return the address of a file of ``static/``; raise MissingAssetError."""
        return self.tree.url(path)

    def build(self) -> None:
        """Make every compressed copy now rather than at first use."""
        for asset in self.tree.all():
            for encoding in ENCODINGS:
                self._body(asset, encoding)

    def data(self, path: str) -> str:
        """Return a small file as a ``data:`` address, which costs no request."""
        self.url(path)
        file = self.tree.get(path)
        return f"data:{_content_type(path)};base64,{b64encode(file.body if file else b'').decode()}"

    def module(self, entry: str, *soon: str) -> Markup:
        """Return the tags that load a module: its imports announced, then the module itself.

        ``soon`` are modules that the entry will ask for by itself as soon as it runs.
        """
        imported = [*self.closure([entry])[1:], *self.closure(soon, known=entry)]
        links = [Markup('<link rel="modulepreload" href="{}">').format(url) for url in imported]
        script = Markup('<script type="module" src="{}"></script>').format(self.url(entry))
        return Markup("\n").join([*links, script])

    def closure(self, entries: Iterable[str], *, known: str = "") -> list[str]:
        """Return the addresses of modules and of all they import, without what ``known`` has."""
        had = self.tree.modules(known) if known else ()
        found = dict.fromkeys(path for entry in entries for path in self.tree.modules(entry))
        return [self.url(path) for path in found if path not in had]

    def respond(self, method: str, path: str, headers: Mapping[str, str]) -> AssetResponse:
        """Answer a request for ``path`` (below ``/static/``); header names in lower case."""
        if method not in ("GET", "HEAD"):
            return AssetResponse(405, {"Allow": "GET, HEAD", "Content-Length": "0"})
        asset, caching = self._find(path)
        if asset is None:
            return AssetResponse(404, {"Content-Type": "text/plain", "Content-Length": "0"})
        answer = self._negotiate(asset, headers.get("accept-encoding", ""))
        answer.headers["Cache-Control"] = caching
        return conditional(answer, method, headers)

    def _find(self, path: str) -> tuple[Asset | None, str]:
        if not path.startswith("v-"):
            return self.tree.fresh(path), FOR_A_MOMENT
        version, _, inside = path[2:].partition("/")
        # A page loaded before an update still finds its files, but browsers do not keep them.
        return self.tree.get(inside), FOR_A_YEAR if version == self.version else FOR_A_MOMENT

    def _negotiate(self, asset: Asset, accepted: str) -> Answer:
        answer = Answer(asset.body, content_type=_content_type(asset.path))
        etag = asset.digest[:20]
        answer.headers.update(
            {
                "Vary": "Accept-Encoding",
                "X-Content-Type-Options": "nosniff",
                "Cross-Origin-Resource-Policy": "same-origin",
            }
        )
        for encoding in accepted_encodings(accepted):
            body = self._body(asset, encoding)
            if body is not None:
                answer.set_data(body)
                answer.headers["Content-Encoding"] = encoding
                etag += f"-{encoding}"
                break
        answer.set_etag(etag)
        return answer

    def _body(self, asset: Asset, encoding: str) -> bytes | None:
        key = (asset.digest, encoding)
        if key not in self._encoded:
            self._encoded[key] = self._store.encoded(asset, encoding)
        return self._encoded[key]


def asgi_app(assets: Assets) -> Callable[[Scope, Receive, Send], Awaitable[None]]:
    """Return an ASGI app for requests under ``/static/``; the server mounts it before Flask."""

    async def answer(scope: Scope, receive: Receive, send: Send) -> None:
        headers = {
            key.decode("latin-1"): value.decode("latin-1") for key, value in scope["headers"]
        }
        path = scope["path"].removeprefix(PREFIX)
        response = assets.respond(scope["method"], path, headers)
        raw = [(k.lower().encode(), v.encode("latin-1")) for k, v in response.headers.items()]
        await send({"type": "http.response.start", "status": response.status, "headers": raw})
        await send({"type": "http.response.body", "body": response.body})

    return answer


def init_app(app: Flask) -> None:
    """Give templates ``asset_url`` and ``module``, and Flask a route for the same files."""
    assets = Assets(ROOT / "static", ROOT / "build" / "assets")
    app.extensions["assets"] = assets
    app.jinja_env.globals.update(
        asset_url=assets.url,
        asset_data=assets.data,
        closure=assets.closure,
        module=assets.module,
    )

    def static(path: str) -> Response:
        headers = {key.lower(): value for key, value in request.headers.items()}
        found = assets.respond(request.method, path, headers)
        return Response(found.body, found.status, found.headers)

    app.add_url_rule(f"{PREFIX}<path:path>", "static", static)


def _content_type(path: str) -> str:
    suffix = Path(path).suffix
    return _TYPES.get(suffix) or mimetypes.guess_type(path)[0] or "application/octet-stream"

"""Compress pages as they are answered, lightly: they are made for one person and never kept.

Error pages and forms shown again with status 400 are compressed too (decision 0243).

Pages show a CSRF token beside what a person typed; compressing both is safe here because
Flask-WTF masks the token differently in every answer, so its length says nothing (BREACH).
"""

from __future__ import annotations

import gzip

import brotli
from flask import Flask, Response, request

from kiosk.web.negotiation import accepted_encodings

SMALLEST = 1000
"""Bytes; a smaller page travels in one packet anyway."""

_TYPES = {"text/html", "application/json", "text/plain"}


def init_app(app: Flask) -> None:
    """Compress pages and JSON larger than :data:`SMALLEST`."""
    app.after_request(_compress)


def _compress(response: Response) -> Response:
    worth = (
        response.mimetype in _TYPES
        and not response.direct_passthrough
        and not response.is_streamed
        and "Content-Encoding" not in response.headers
    )
    if not worth or len(response.get_data()) < SMALLEST:
        return response
    response.vary.add("Accept-Encoding")
    encodings = accepted_encodings(request.headers.get("Accept-Encoding", ""))
    if not encodings:
        return response
    body = response.get_data()
    packed = brotli.compress(body, quality=5) if encodings[0] == "br" else gzip.compress(body, 6)
    response.set_data(packed)
    response.headers["Content-Encoding"] = encodings[0]
    return response

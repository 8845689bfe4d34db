"""What a request's headers ask of a file: an encoding, a byte range, or nothing new.

Werkzeug reads the headers and makes the answer (decision 0243); here is what we want of it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from werkzeug import Response as Answer
from werkzeug.datastructures import Accept
from werkzeug.exceptions import RequestedRangeNotSatisfiable
from werkzeug.http import parse_accept_header, parse_range_header

from kiosk.web.asset_store import ENCODINGS


@dataclass(frozen=True, slots=True)
class AssetResponse:
    """A whole answer, for Flask and for ASGI alike."""

    status: int
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""


def accepted_encodings(header: str) -> list[str]:
    """Return those of our encodings that an Accept-Encoding header takes, best first."""
    accepted = parse_accept_header(header, Accept)
    return [name for name in ENCODINGS if accepted.quality(name) > 0]


def conditional(answer: Answer, method: str, headers: Mapping[str, str]) -> AssetResponse:
    """Answer 304, one byte range or the whole, as the request's headers ask (RFC 9110 §13, §14)."""
    environ: dict[str, Any] = {"REQUEST_METHOD": method}
    environ |= {
        f"HTTP_{name.upper().replace('-', '_')}": headers[name]
        for name in ("if-none-match", "if-range")
        if name in headers
    }
    if wanted := _one_range(headers.get("range", ""), answer.content_length or 0):
        environ["HTTP_RANGE"] = wanted
    # Safari plays no sound without ranges; of a compressed copy they would cut the wrong bytes.
    ranges = "Content-Encoding" not in answer.headers
    try:
        answer.make_conditional(
            environ, accept_ranges=ranges, complete_length=answer.content_length
        )
    except RequestedRangeNotSatisfiable:
        answer.status_code = 416
        answer.headers["Content-Range"] = f"bytes */{answer.content_length}"
        answer.set_data(b"")
    found = dict(answer.get_wsgi_headers(environ))
    # The server in front writes it.
    found.pop("Date", None)
    sent = method == "GET" and answer.status_code != 304
    return AssetResponse(answer.status_code, found, answer.get_data() if sent else b"")


def _one_range(header: str, length: int) -> str:
    """Return the one byte range that is asked for; else nothing: the whole file answers."""
    try:
        asked = parse_range_header(header)
    except ValueError:
        # Werkzeug takes ² for a digit and then cannot count with it.
        return ""
    if asked is None or asked.units != "bytes" or len(asked.ranges) != 1:
        return ""
    start, _end = asked.ranges[0]
    # The last 99 bytes of 10 are all of them (RFC 9110 §14.1.2); Werkzeug would answer 416.
    return "bytes=0-" if start < -length else asked.to_header()

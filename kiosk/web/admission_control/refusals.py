"""What the edge refuses: answered in the visitor's language without a thread, counted, logged.

One line a minute and kind in the log: who attacks must not fill the disk.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from babel import negotiate_locale
from flask import Flask, render_template
from flask_babel import force_locale
from prometheus_client.core import CounterMetricFamily, Metric
from werkzeug.datastructures import LanguageAccept
from werkzeug.http import parse_accept_header

from kiosk.errors import KioskError
from kiosk.language.languages import offered
from kiosk.web import security
from kiosk.web.admission_control.messages import Scope, Send, header
from kiosk.web.error_pages import DEFAULT_WAIT_S, sentence_for
from kiosk.web.paced_log import PacedLog


class TooSlow(KioskError):
    """The request did not arrive in time."""

    code = "edge.too_slow"
    status = 408


class BadHost(KioskError):
    """No server can have the name that the request was sent to (RFC 9112 §3.2)."""

    code = "request.bad_host"
    status = 400


class TooBig(KioskError):
    """The body is longer than its route takes."""

    code = "form.too_big"
    status = 413


class TooMany(KioskError):
    """This person or this address does too much at the same time."""

    code = "edge.too_many"
    status = 429


class Busy(KioskError):
    """The server does as much as it can."""

    code = "edge.busy"
    status = 503


ALL: tuple[type[KioskError], ...] = (TooSlow, BadHost, TooBig, TooMany, Busy)


@dataclass(frozen=True, slots=True)
class _Words:
    page: bytes
    json: bytes


class Refusals:
    """The answers, written once at start for each code and language."""

    def __init__(self, app: Flask) -> None:
        self._default = app.extensions["settings"].default_language
        self._headers = [
            (name.lower().encode(), value.encode())
            for name, value in security.headers_without_scripts().items()
        ]
        self._log = PacedLog("edge.refused")
        self.counts: Counter[str] = Counter()
        with app.test_request_context():
            self._words = {
                (kind, code): _written(kind(), code) for kind in ALL for code in offered()
            }

    def note(self, kind: str) -> None:
        """Count something that was refused without an answer."""
        self.counts[kind] += 1
        self._log.note(kind)

    async def answer(self, kind: type[KioskError], scope: Scope, send: Send) -> None:
        """Answer a request that is not let in; its connection closes."""
        self.note(kind.code)
        words = self._words[kind, self._language(header(scope, b"accept-language"))]
        as_json = _wants_json(scope)
        body = words.json if as_json else words.page
        media_type = b"application/json" if as_json else b"text/html; charset=utf-8"
        headers = [
            *self._headers,
            (b"content-type", media_type),
            (b"content-length", str(len(body)).encode()),
            (b"connection", b"close"),
        ]
        if kind.status in (429, 503):
            headers.append((b"retry-after", str(DEFAULT_WAIT_S).encode()))
        await send({"type": "http.response.start", "status": kind.status, "headers": headers})
        await send({"type": "http.response.body", "body": body})

    def late(self) -> bytes:
        """Return the whole answer to a request whose headers do not come: nothing is known of
        who sends it, so it is in the installation's language."""
        self.note(TooSlow.code)
        body = self._words[TooSlow, self._language("")].page
        head = [b"HTTP/1.1 408 Request Timeout"]
        head += [name + b": " + value for name, value in self._headers]
        head += [b"content-type: text/html; charset=utf-8", b"connection: close"]
        head += [b"content-length: " + str(len(body)).encode()]
        return b"\r\n".join(head) + b"\r\n\r\n" + body

    def metrics(self) -> Iterable[Metric]:
        """Tell what was refused, by code."""
        family = CounterMetricFamily(
            "kiosk_edge_refused", "Refused before a page was asked.", labels=["code"]
        )
        for code, count in list(self.counts.items()):
            family.add_metric([code], count)
        return [family]

    def _language(self, accepted: str) -> str:
        return _negotiated(accepted[:200], self._default)


@lru_cache(maxsize=256)
def _negotiated(accepted: str, default: str) -> str:
    wanted = parse_accept_header(accepted, LanguageAccept).values()
    found = negotiate_locale([one.replace("-", "_") for one in wanted], list(offered()))
    return found or (default if default in offered() else "fr")


def _written(error: KioskError, language: str) -> _Words:
    with force_locale(language):
        title, advice = sentence_for(error)
        page = render_template("errors/refused.html", code=error.code, title=title, advice=advice)
    said: dict[str, Any] = {"code": error.code, "message": title, "advice": advice}
    return _Words(page.encode(), json.dumps({"error": said}, ensure_ascii=False).encode())


def _wants_json(scope: Scope) -> bool:
    if header(scope, b"x-requested-with"):
        return True
    if "json" in header(scope, b"content-type"):
        return True
    return "html" not in (accepted := header(scope, b"accept")) and "json" in accepted

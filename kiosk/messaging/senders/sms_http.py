"""Hands SMS to an HTTP gateway: one JSON POST each, with a key that makes a repeat harmless.

Request: ``{"to": "+33…", "text": "…", "reference": "…"}`` with ``Authorization: Bearer`` and
``Idempotency-Key``. Answer: any 2xx, with ``{"id": "…"}`` where the gateway names the message.
"""

from __future__ import annotations

import json
from http.client import HTTPException, HTTPMessage
from typing import IO
from urllib.error import HTTPError
from urllib.parse import urlsplit
from urllib.request import HTTPRedirectHandler, Request, build_opener

from kiosk.messaging.message import Accepted, DeliveryFailed, Sms

TIMEOUT_S = 15.0
LONGEST_ANSWER = 64 * 1024

_PASSING = frozenset({401, 403, 407, 408, 409, 425, 429})
"""Refusals that somebody or time will lift: credentials, conflicts, quotas."""


class _NoRedirect(HTTPRedirectHandler):
    """A redirected POST would become a GET elsewhere, with our bearer: it is an error instead."""

    def redirect_request(
        self, req: Request, fp: IO[bytes], code: int, msg: str, headers: HTTPMessage, newurl: str
    ) -> None:
        return None


class SmsGateway:
    """Sends through the gateway at ``url`` with a bearer ``token`` (empty: none is shown)."""

    def __init__(self, url: str, token: str = "") -> None:
        if urlsplit(url).scheme not in ("http", "https"):
            raise ValueError("an SMS gateway has an http or https address")
        self._url = url
        self._token = token
        self._opener = build_opener(_NoRedirect)

    def send(self, message: Sms) -> Accepted:
        """Hand the SMS over; raise DeliveryFailed, permanent where the gateway refuses the text."""
        try:
            with self._opener.open(self._request(message), timeout=TIMEOUT_S) as answer:
                return Accepted(_name_in(answer.read(LONGEST_ANSWER)))
        except HTTPError as error:
            error.close()
            permanent = 400 <= error.code < 500 and error.code not in _PASSING
            raise DeliveryFailed(f"sms.{error.code}", permanent=permanent) from error
        except (OSError, HTTPException) as error:
            raise DeliveryFailed("sms.unreachable", permanent=False) from error

    def _request(self, message: Sms) -> Request:
        headers = {
            "Content-Type": "application/json",
            "Accept": "application/json",
            "Idempotency-Key": message.reference,
        }
        if self._token:
            headers["Authorization"] = f"Bearer {self._token}"
        body = {"to": message.recipient, "text": message.text, "reference": message.reference}
        return Request(self._url, json.dumps(body).encode(), headers, method="POST")


def _name_in(answer: bytes) -> str | None:
    try:
        said = json.loads(answer)
    except ValueError:
        return None
    name = said.get("id") if isinstance(said, dict) else None
    return str(name)[:120] if isinstance(name, str | int) else None

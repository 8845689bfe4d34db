"""Sends SMS through an HTTP gateway: one JSON POST each, with a key that makes a repeat harmless.

Request: ``{"to": "+33…", "text": "…", "reference": "…"}`` with ``Authorization: Bearer`` and
``Idempotency-Key``. Answer: any 2xx, with ``{"id": "…"}`` where the gateway names the message.
"""

from __future__ import annotations

import asyncio
import json
import logging
import ssl

import httpx

from kiosk.messaging.message import Accepted, DeliveryFailed, Sms

DEADLINE_S = 15.0
"""For the whole exchange, from the name look-up to the last byte of the answer."""

LONGEST_ANSWER = 64 * 1024
"""Bytes of an answer that are read; a longer one is accepted without the message's name."""

_PASSING = frozenset({401, 403, 407, 408, 409, 425, 429})
"""Refusals that can end without a change of the message: credentials, conflicts, quotas."""

for _name in ("httpx", "httpcore"):
    # They log addresses and headers, and the gateway's address may hold a key.
    logging.getLogger(_name).setLevel(logging.WARNING)


class SmsGateway:
    """Sends through the gateway at ``url`` with a bearer ``token`` (empty: none is sent)."""

    def __init__(self, url: str, token: str = "", *, deadline_s: float = DEADLINE_S) -> None:
        self._url = httpx.URL(url)
        if self._url.scheme not in ("http", "https"):
            raise ValueError("an SMS gateway has an http or https address")
        self._token = token
        self._deadline_s = deadline_s
        # The certificates that this machine trusts, as for mail, and not httpx's own list.
        self._trust = ssl.create_default_context()

    def send(self, message: Sms) -> Accepted:
        """Send the SMS; raise DeliveryFailed, permanent where the gateway refuses the message."""
        try:
            return asyncio.run(self._exchange(message))
        except TimeoutError as error:
            raise DeliveryFailed("sms.too_slow", permanent=False) from error
        except (httpx.HTTPError, OSError) as error:
            raise DeliveryFailed("sms.unreachable", permanent=False) from error

    async def _exchange(self, message: Sms) -> Accepted:
        # httpx limits each read, not their sum: a gateway that sends a byte every few seconds
        # would stop all SMS for hours. At the deadline the task is cancelled.
        deadline = asyncio.get_running_loop().time() + self._deadline_s
        async with self._client() as client:
            async with asyncio.timeout_at(deadline):
                key = {"Idempotency-Key": message.reference}
                request = client.build_request("POST", self._url, json=_body(message), headers=key)
                answer = await client.send(request, stream=True)
            _refuse_unless_taken(answer)
            try:
                async with asyncio.timeout_at(deadline):
                    return Accepted(_name_in(await _content(answer)))
            except (TimeoutError, httpx.HTTPError):
                # It is taken: another attempt could reach the citizen twice.
                return Accepted()

    def _client(self) -> httpx.AsyncClient:
        headers = {"Accept": "application/json", "Accept-Encoding": "identity"}
        if self._token:
            headers["Authorization"] = f"Bearer {self._token}"
        return httpx.AsyncClient(
            verify=self._trust,
            headers=headers,
            timeout=self._deadline_s,
            # The POST would become a GET elsewhere, with our bearer.
            follow_redirects=False,
        )


def _body(message: Sms) -> dict[str, str]:
    return {"to": message.recipient, "text": message.text, "reference": message.reference}


def _refuse_unless_taken(answer: httpx.Response) -> None:
    code = answer.status_code
    if not answer.is_success:
        permanent = 400 <= code < 500 and code not in _PASSING
        raise DeliveryFailed(f"sms.{code}", permanent=permanent)


async def _content(answer: httpx.Response) -> bytes:
    content = bytearray()
    # Raw: a short compressed answer could expand to a very long one.
    async for piece in answer.aiter_raw():
        content += piece
        if len(content) > LONGEST_ANSWER:
            return b""
    return bytes(content)


def _name_in(answer: bytes) -> str | None:
    try:
        said = json.loads(answer)
    except ValueError:
        return None
    name = said.get("id") if isinstance(said, dict) else None
    return str(name)[:120] if isinstance(name, str | int) else None

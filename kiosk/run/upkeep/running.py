"""Asks the server that runs, directly and through its proxy, as a browser would."""

from __future__ import annotations

import base64
import http.client
import json
import os
import ssl
from collections.abc import Iterator
from contextlib import closing
from typing import Any
from urllib.parse import urlsplit

from kiosk.media.reach import Finding
from kiosk.settings import Settings
from kiosk.system import lock

WITHIN_S = 10
SWITCHING = 101


def examine(settings: Settings) -> Iterator[Finding]:
    """Find which parts fail, and whether pages and sockets pass the proxy.

    A server that does not run is no finding: one may ask before the first start.
    """
    if not _is_served(settings):
        return
    health = _health(settings)
    if health is None:
        yield Finding("doctor.silent", {"address": f"{settings.host}:{settings.port}"})
        return
    for part, works in health["parts"].items():
        if not works:
            yield Finding("doctor.part_down", {"part": part})
    if settings.base_url and settings.tls_certificate is None:
        yield from _through_the_proxy(settings.base_url)


def _is_served(settings: Settings) -> bool:
    try:
        lock.take(settings.instance_dir).close()
    except lock.InstanceLockedError:
        return True
    except OSError:
        return False
    return False


def _health(settings: Settings) -> dict[str, Any] | None:
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(settings.host, settings.host)
    try:
        trust = None
        if settings.tls_certificate is not None:
            # Made here or bought, and for the name that browsers use.
            trust = ssl.create_default_context()
            trust.load_verify_locations(settings.tls_certificate)
            trust.check_hostname = False
        _, body = _ask(host, settings.port, trust, "/healthz", {})
        return dict(json.loads(body))
    except (OSError, http.client.HTTPException, ValueError):
        return None


def _through_the_proxy(url: str) -> Iterator[Finding]:
    parts = urlsplit(url)
    secure = parts.scheme == "https"
    port = parts.port or (443 if secure else 80)
    trust = ssl.create_default_context() if secure else None
    key = base64.b64encode(os.urandom(16)).decode()
    upgrade = {"Connection": "Upgrade", "Upgrade": "websocket", "Sec-WebSocket-Key": key}
    upgrade |= {"Sec-WebSocket-Version": "13", "Origin": url}
    try:
        _, body = _ask(str(parts.hostname), port, trust, "/healthz", {})
        json.loads(body)
        status, _ = _ask(
            *(str(parts.hostname), port, trust, "/socket.io/?EIO=4&transport=websocket"), upgrade
        )
    except ssl.SSLCertVerificationError as error:
        yield Finding("doctor.site_certificate", {"url": url, "reason": error.verify_message})
    except (OSError, http.client.HTTPException, ValueError):
        yield Finding("doctor.site_unreachable", {"url": url})
    else:
        if status != SWITCHING:
            yield Finding("doctor.no_websocket", {"url": url})


def _ask(
    host: str, port: int, trust: ssl.SSLContext | None, path: str, headers: dict[str, str]
) -> tuple[int, bytes]:
    """Return the status and the body of an answer."""
    connection: http.client.HTTPConnection
    if trust is None:
        connection = http.client.HTTPConnection(host, port, timeout=WITHIN_S)
    else:
        connection = http.client.HTTPSConnection(host, port, timeout=WITHIN_S, context=trust)
    with closing(connection):
        connection.request("GET", path, headers=headers)
        answer = connection.getresponse()
        return answer.status, answer.read()

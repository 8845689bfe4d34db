"""Find settings that would mislead people: an undeclared proxy, a channel without a gateway.

:func:`examine` reads the settings at the start; :class:`ProxyWatch` looks at requests. What they
find is said in the terminal once and shown on ``/healthz`` (``run/network_checks.py``).
"""

from __future__ import annotations

import ipaddress
from collections.abc import Callable, Iterator

from flask import request

from kiosk.media.reach import Finding
from kiosk.settings import Settings

FORWARDED = ("X-Forwarded-For", "Forwarded")


def examine(settings: Settings) -> Iterator[Finding]:
    """Return what would mislead people of an installation that is open to the public."""
    if not settings.is_public:
        return
    if settings.tls_certificate is None and settings.trusted_proxies == 0:
        yield Finding("proxy.none_declared", {"url": settings.public_url})
    if not settings.smtp_url:
        yield Finding("delivery.no_mail_gateway")
    if not settings.sms_gateway_url:
        yield Finding("delivery.no_sms_gateway")


class ProxyWatch:
    """Notices that a program of this machine or network forwards requests, and none is declared.

    The header itself is not believed. From a public address it may be anybody's, and is ignored.
    """

    def __init__(self, settings: Settings, found: Callable[[Finding], None]) -> None:
        self._is_open = settings.trusted_proxies == 0
        self._found = found

    def look(self) -> None:
        """Look at the present request; any thread."""
        if not self._is_open or not any(name in request.headers for name in FORWARDED):
            return
        address = request.remote_addr or ""
        if _is_near(address):
            self._is_open = False
            self._found(Finding("proxy.undeclared", {"address": address}))


def _is_near(address: str) -> bool:
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return False
    return parsed.is_loopback or parsed.is_private

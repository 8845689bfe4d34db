"""Who may look behind the counter: a monitoring program with the token, or one on this machine.

Without a token only a direct connection from loopback counts. A request that says it was forwarded
came from elsewhere, even where no proxy is declared (``trusted_proxies``).
"""

from __future__ import annotations

import ipaddress
import secrets

from flask import current_app, request

from kiosk.settings import Settings

_FORWARDED = ("Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "X-Real-Ip", "Via")


def may_observe() -> bool:
    """Whether this request may read figures and findings."""
    settings: Settings = current_app.extensions["settings"]
    token = settings.metrics_token.get_secret_value()
    if token:
        shown = request.headers.get("Authorization", "")
        return secrets.compare_digest(shown.encode(), f"Bearer {token}".encode())
    return _is_loopback(request.remote_addr) and not any(n in request.headers for n in _FORWARDED)


def _is_loopback(address: str | None) -> bool:
    try:
        found = ipaddress.ip_address(address or "")
    except ValueError:
        return False
    # A socket bound to :: sees IPv4 visitors as ::ffff:127.0.0.1.
    return (getattr(found, "ipv4_mapped", None) or found).is_loopback

"""Which pages may open a socket: our own, whatever a proxy does to the headers that name us.

A browser says in ``Origin`` whose page it shows, and no page can change that (RFC 6454 §7). Proxies
forget ``Host`` or ``X-Forwarded-Proto``, write ``wss`` into it, or add the port: comparing whole
origins then refuses everybody, and all pages poll. Decision 0371.
"""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlsplit

_DEFAULT_PORTS = {"http": 80, "https": 443}


def is_ours(origin: str | None, environ: Mapping[str, object], public_url: str) -> bool:
    """Tell whether a page of this origin is one of ours.

    It is when its host is that of ``public_url``, or the one that the request was sent to; the
    scheme is left out, because only the proxy in front knows it. No origin at all is no browser's.
    """
    if origin is None:
        return True
    wanted, scheme = _host(origin), origin.partition(":")[0]
    asked = (str(environ.get(name, "")) for name in ("HTTP_HOST", "HTTP_X_FORWARDED_HOST"))
    ours = {_host(f"{scheme}://{host.split(',')[0].strip()}") for host in asked}
    return bool(wanted) and wanted in ours | {_host(public_url)}


def _host(url: str) -> str:
    """Return host and port in lower case, without a port that is the scheme's own; else empty."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return ""
    if not parts.hostname:
        return ""
    is_default = port is None or port == _DEFAULT_PORTS.get(parts.scheme)
    return parts.hostname if is_default else f"{parts.hostname}:{port}"

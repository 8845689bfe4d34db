"""How often one address may send requests, so that nobody can overload the server.

A high limit for every route; the HTTP edges set lower ones on some routes with
``@limiter.limit("10 per minute")``. Guesses of codes are limited by ``calls/gate.py``, by
browser, code and address, not here.
"""

from __future__ import annotations

from flask import Flask, request
from flask_limiter import Limiter

from kiosk.system.networks import network_of
from kiosk.web.counting import Counts

DEFAULT = "1200 per minute"
"""20 requests a second: enough for all people of a house behind one address."""

STORAGE = f"{Counts.STORAGE_SCHEME[0]}://"


def visitor() -> str:
    """Return what stands for one visitor: the IPv4 address, or the IPv6 /64."""
    return network_of(request.remote_addr or "127.0.0.1")


limiter = Limiter(visitor, default_limits=[DEFAULT], storage_uri=STORAGE)


def init_app(app: Flask) -> None:
    """Install the limits; each process counts for itself."""
    limiter.init_app(app)

"""How often one address may send requests, so that nobody can overload the server.

A high limit for every route; the HTTP edges set lower ones on some routes with
``@limiter.limit("10 per minute")``. Guesses of codes are limited by ``calls/gate.py``, per
room and per address, not here.
"""

from __future__ import annotations

from flask import Flask
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address

from kiosk.web.counting import Counts

DEFAULT = "1200 per minute"
"""20 requests a second: enough for all people of a house behind one address."""

STORAGE = f"{Counts.STORAGE_SCHEME[0]}://"

limiter = Limiter(get_remote_address, default_limits=[DEFAULT], storage_uri=STORAGE)


def init_app(app: Flask) -> None:
    """Install the limits; each process counts for itself."""
    limiter.init_app(app)

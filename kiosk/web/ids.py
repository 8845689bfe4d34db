"""Addresses: ``<int:…>`` takes only what a database can hold as an id; a last slash is none."""

from __future__ import annotations

from flask import Flask
from werkzeug.routing import IntegerConverter, Map

LARGEST_ID = 2**31 - 1
"""The largest INTEGER of PostgreSQL; SQLite's driver raises OverflowError above 2**63."""


class IdConverter(IntegerConverter):
    """A whole number that may be an id; an address with a larger one is not found (404)."""

    def __init__(self, map: Map) -> None:
        super().__init__(map, max=LARGEST_ID)


def init_app(app: Flask) -> None:
    """Use it for every ``<int:…>`` and read slashes so; before the blueprints add their routes."""
    app.url_map.converters["int"] = IdConverter
    # A slash more or less at the end of an address is still that address.
    app.url_map.strict_slashes = False

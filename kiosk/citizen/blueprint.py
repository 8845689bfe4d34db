"""The citizen's blueprint, on which each file of routes hangs its own."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("citizen", __name__)

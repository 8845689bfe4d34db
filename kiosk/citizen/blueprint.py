"""The citizen's blueprint, to which each file of routes adds its own."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("citizen", __name__)

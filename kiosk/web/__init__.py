"""Web plumbing: languages, security headers, error pages, assets.

:func:`init_app` installs all of it in the one order that works; edges only import from here.
"""

from __future__ import annotations

from flask import Flask
from jinja2 import StrictUndefined


def init_app(app: Flask) -> None:
    """Install the plumbing. ``app.extensions["settings"]`` must already be there."""
    # Imported here so that one module of this package can be used without all the others.
    from kiosk.web import (
        assets,
        compression,
        demonstration_strip,
        error_pages,
        house_card,
        i18n,
        ids,
        limits,
        logs,
        pages,
        security,
        texts,
    )

    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
    ids.init_app(app)
    # First, so that its clock starts before and its line is written after everything else.
    logs.init_app(app)
    compression.init_app(app)
    assets.init_app(app)
    texts.init_app(app)
    security.init_app(app)
    limits.init_app(app)
    i18n.init_app(app)
    house_card.init_app(app)
    demonstration_strip.init_app(app)
    error_pages.init_app(app)
    pages.init_app(app)

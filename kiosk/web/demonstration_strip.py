"""The strip on every page of a demonstration: nobody may take it for a house that serves people.

Which installation is one is for the process that starts to say (:func:`show_strip`).
"""

from __future__ import annotations

from flask import Flask, render_template

_HERE = "demonstration"
_FAILSAFE = "{{strip}}"


def init_app(app: Flask) -> None:
    """Give templates ``is_demonstration``; it is no demonstration until it is said."""
    app.extensions[_HERE] = False
    app.context_processor(lambda: {"is_demonstration": app.extensions[_HERE]})


def show_strip(app: Flask) -> None:
    """Show the strip from now on, on the page of last resort too; call it before serving."""
    app.extensions[_HERE] = True
    with app.test_request_context():
        strip = render_template("components/demonstration.html")
    app.extensions["failsafe"] = app.extensions["failsafe"].replace(_FAILSAFE, strip)


def without_strip(page: str) -> str:
    """Return the page of last resort with no strip where none was put."""
    return page.replace(_FAILSAFE, "")

"""Pages that belong to no journey: accessibility and privacy."""

from __future__ import annotations

from flask import Blueprint, Flask, render_template

pages = Blueprint("pages", __name__)


@pages.get("/accessibilite")
def accessibility() -> str:
    """Say honestly how accessible the service is, and how to complain."""
    return render_template("pages/accessibility.html")


@pages.get("/confidentialite")
def privacy() -> str:
    """Say what is kept, why, how long, and who to ask."""
    return render_template("pages/privacy.html")


def init_app(app: Flask) -> None:
    """Open both pages."""
    app.register_blueprint(pages)

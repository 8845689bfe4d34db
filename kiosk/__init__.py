"""Guichet Visio: :func:`create_app` is the table of contents.

The media process imports this package too and must stay light, so whatever builds the Flask
application is imported inside :func:`create_app`, never at the top of this file.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask import Flask

    from kiosk.settings import Settings


def create_app(settings: Settings) -> Flask:
    """Build the Flask application: plumbing first, then one blueprint a journey."""
    from flask import Flask

    from kiosk import web
    from kiosk.agent import first_run_routes, sign_in
    from kiosk.agent import routes as agent
    from kiosk.calls.gate import Gate
    from kiosk.citizen import routes as citizen
    from kiosk.citizen import telephones
    from kiosk.developers import gallery, outbox_pages
    from kiosk.houses.account_links import AccountKeys
    from kiosk.media.embedded import EmbeddedEngine
    from kiosk.media.metrics import metrics_of
    from kiosk.media.relays import Relays
    from kiosk.storage import database
    from kiosk.web import health, metrics

    app = Flask(__name__, static_folder=None)
    app.config["SECRET_KEY"] = settings.secret_key.get_secret_value()
    app.extensions["settings"] = settings
    app.extensions["gate"] = Gate.with_secret(settings.secret_key.get_secret_value())
    app.extensions["account_keys"] = AccountKeys(settings.secret_key.get_secret_value())
    app.extensions["media"] = EmbeddedEngine(settings.media_socket)
    app.extensions["relays"] = Relays(settings.turn_urls, settings.turn_secret.get_secret_value())
    database.init_app(app, settings.sqlalchemy_url)
    web.init_app(app)
    health.init_app(app)
    metrics.init_app(app)
    metrics.register_source(app, lambda: metrics_of(app.extensions["media"]))
    gallery.init_app(app)
    outbox_pages.init_app(app)
    sign_in.init_app(app)
    telephones.init_app(app)
    app.register_blueprint(first_run_routes.routes)
    app.register_blueprint(agent.blueprint)
    app.register_blueprint(citizen.blueprint)
    return app

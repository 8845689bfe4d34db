"""``/dev``: every component and every error page, for those who build and translate them.

Answers 404 unless ``settings.developer_pages`` is on. Its own words are not translated: only what
the components say is.
"""

from __future__ import annotations

from flask import Blueprint, Flask, Response, current_app, render_template
from flask_babel import lazy_gettext
from flask_wtf import FlaskForm
from wtforms import (
    BooleanField,
    DateField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
    TimeField,
)

from kiosk.errors import KioskError, NotFound
from kiosk.settings import Settings
from kiosk.web.error_pages import failsafe_page, sentence_for
from kiosk.web.house_card import HouseCard, show_house
from kiosk.web.sentences import SENTENCES

gallery = Blueprint("gallery", __name__, url_prefix="/dev")


class SampleForm(FlaskForm):  # type: ignore[misc]
    """One field of each kind."""

    code = StringField(lazy_gettext("Votre code"))
    person = StringField(lazy_gettext("Votre nom"))
    reason = SelectField("Motif", choices={"caf": "CAF", "impots": "Impôts"})
    words = TextAreaField("Votre message")
    day = DateField("Date")
    hour = TimeField("Heure")
    channel = RadioField("Moyen d’envoi", choices={"sms": "SMS", "email": "Courriel"})
    agree = BooleanField("J’ai lu ce qui précède")


@gallery.before_request
def _only_for_developers() -> None:
    settings: Settings = current_app.extensions["settings"]
    if not settings.developer_pages:
        raise NotFound
    card = HouseCard("France services de Sainte-Foy", "01 23 45 67 89", "Europe/Paris")
    show_house(card)


@gallery.get("/")
def index() -> str:
    """List what developers can look at."""
    return render_template("dev/index.html", codes=sorted(SENTENCES))


@gallery.get("/composants")
def components() -> str:
    """Show every component on one page."""
    wrong = SampleForm(formdata=None, prefix="wrong-", data={"code": "12"})
    wrong.code.errors = [lazy_gettext("Le code a 9 chiffres.")]
    wrong.person.errors = [lazy_gettext("Écrivez votre nom, comme vous voulez être appelé.")]
    wrong.channel.errors = [lazy_gettext("Choisissez un moyen d'envoi.")]
    form = SampleForm(formdata=None, prefix="right-")
    return render_template("dev/components.html", form=form, wrong=wrong)


@gallery.get("/etape")
def step() -> str:
    """Show the layout of a citizen's step."""
    return render_template("dev/step.html", layout_name="step")


@gallery.get("/etape-borne")
def kiosk_step() -> str:
    """Show the same step as a kiosk shows it."""
    return render_template("dev/step.html", layout_name="kiosk")


@gallery.get("/agent")
def agent() -> str:
    """Show the layout of the agent's workspace."""
    return render_template("dev/agent.html")


@gallery.get("/appel")
def call() -> str:
    """Show the layout of a call."""
    return render_template("dev/call.html")


@gallery.get("/erreurs/<code>")
def error(code: str) -> str:
    """Show the page of one error, with status 200 so that tools can read it."""
    title, advice = sentence_for(KioskError(code))
    return render_template("errors/error.html", code=code, title=title, advice=advice)


@gallery.get("/erreurs/failsafe")
def failsafe() -> Response:
    """Show the page of last resort, with status 200 likewise."""
    response = failsafe_page()
    response.status_code = 200
    return response


def init_app(app: Flask) -> None:
    """Open the gallery."""
    app.register_blueprint(gallery)

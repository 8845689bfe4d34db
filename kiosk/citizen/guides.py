"""The guides as web pages and as PDFs, for anyone; a visitor with an appointment reads the name
of the house."""

from __future__ import annotations

from flask import Response, render_template, request
from flask.typing import ResponseReturnValue

from kiosk import request as parts
from kiosk.citizen import visiting
from kiosk.citizen.blueprint import blueprint
from kiosk.printing import guides
from kiosk.web import i18n
from kiosk.web.house_card import current_house
from kiosk.web.limits import limiter

PICTURES = "/guides/images/"
FOR_A_DAY = "public, max-age=86400"


@blueprint.get("/guides")
def guide_list() -> str:
    """List the guides, each to read and to print."""
    language = i18n.current_language().code
    listed = [(info, info.language_for(language)) for info in guides.list_guides()]
    return render_template("citizen/guides.html", guides=listed)


@blueprint.get("/guides/<slug>")
def guide(slug: str) -> str:
    """Show a guide, in French where it has no text in the language spoken."""
    language = _language_of(slug)
    site = parts.settings().public_url
    text = guides.load(slug, language, house=_house(), site_url=site, images=PICTURES)
    return render_template("citizen/guide.html", guide=text)


@blueprint.get("/guides/<slug>.pdf")
@limiter.limit("30 per minute")
def guide_pdf(slug: str) -> ResponseReturnValue:
    """Print a guide; ``?lang=`` chooses its language."""
    language = _language_of(slug)
    home = f"{parts.settings().public_url}/"
    body = guides.pdf(slug, language, house=_house(), join_url=home)
    response = Response(body, mimetype="application/pdf")
    response.headers["Content-Disposition"] = f'inline; filename="{slug}-{language}.pdf"'
    return response


@blueprint.get(f"{PICTURES}<name>")
def guide_picture(name: str) -> Response:
    """Serve a picture of the guides."""
    response = Response(guides.picture(name), mimetype="image/svg+xml")
    response.headers["Cache-Control"] = FOR_A_DAY
    return response


def _house() -> guides.HousePrint | None:
    """The house of the visitor's appointment, where there is one to telephone."""
    visiting.current()
    card = current_house()
    return guides.HousePrint(name=card.name, phone=card.phone) if card and card.phone else None


def _language_of(slug: str) -> str:
    asked = request.args.get("lang", "")
    return guides.find(slug).language_for(asked, i18n.current_language().code).code

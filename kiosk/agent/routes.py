"""The agents' pages: the table of contents, and what all of them show around."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, request, url_for
from flask_babel import LazyString, force_locale, gettext

from kiosk.agent import (
    account_routes,
    addresses,
    appointment_routes,
    booking_routes,
    call_routes,
    help_routes,
    house_routes,
    houses_routes,
    link_routes,
    repair_routes,
    rights,
    session_routes,
    sign_in,
    team_routes,
    today_routes,
    words,
)
from kiosk.agent.findings import CHECK_NAMES, LEVELS, finding, phrases_for
from kiosk.calls.model import Refusal
from kiosk.houses.model import Agent, House, SignIn
from kiosk.language.languages import offered_or_source
from kiosk.messaging.contacts import display_phone

blueprint = Blueprint("agent", __name__, url_prefix="/agent")

OF_ONE_HOUSE = ("agent.today.", "agent.booking.", "agent.team.", "agent.account.", "agent.house.")
"""Pages that show one house; the others name an appointment or a visit, which has its house."""

for _part in (
    session_routes,
    link_routes,
    today_routes,
    booking_routes,
    appointment_routes,
    repair_routes,
    help_routes,
    team_routes,
    account_routes,
    house_routes,
    houses_routes,
):
    blueprint.register_blueprint(_part.routes)
# Not every call has an appointment (decision 0233).
blueprint.register_blueprint(call_routes.routes, url_prefix="/rendez-vous/<int:appointment_id>")
blueprint.register_blueprint(
    call_routes.routes, name="room_call", url_prefix="/salles/<int:room_id>"
)


@blueprint.context_processor
def _around() -> dict[str, Any]:
    account, house = sign_in.account(), rights.house_of_page()
    return {
        "nav": _places(account, house) if account else [],
        "agent_name": account.name if account else "",
        "my_house": house,
        "my_houses": rights.my_houses() if account and house else [],
        "words": words,
        "call_url": addresses.call_url,
        "finding": finding,
        "phrases_for": phrases_for,
        "check_names": CHECK_NAMES,
        "levels": LEVELS,
        "refusals": [(reason.value, words.REFUSALS[reason]) for reason in Refusal],
        "display_phone": display_phone,
        "language_name": lambda code: offered_or_source(code).endonym,
        "language_of": offered_or_source,
        "spoken": _spoken,
        "device_name": _device_name,
        "hindrance_in_words": words.hindrance_in_words,
    }


@blueprint.url_defaults
def _keep_house(endpoint: str, values: dict[str, Any]) -> None:
    """Name the house in the addresses that depend on it, for somebody who has several."""
    house = rights.house_of_page() if endpoint.startswith(OF_ONE_HOUSE) else None
    if house is not None and len(rights.my_houses()) > 1:
        values.setdefault(rights.HOUSE, house.id)


def _device_name(one: SignIn) -> str:
    """Name the browser of a sign-in: ``Ordinateur, Firefox, Windows``."""
    device = {"kind": one.kind, "browser": one.browser, "system": one.system}
    return words.device_in_words(device) or str(gettext("Appareil inconnu"))


def _spoken(sentence: LazyString, language: str) -> str:
    """Say a sentence in somebody else's language."""
    with force_locale(offered_or_source(language).code):
        return str(sentence)


def _places(account: Agent, house: House | None) -> list[dict[str, Any]]:
    places = _places_of_house(account.manages(house.id)) if house is not None else []
    if account.is_administrator:
        places.append((gettext("Tous les espaces"), "agent.houses.page", "list"))
    return [
        {
            "label": label,
            "url": url_for(endpoint),
            "current": request.endpoint == endpoint,
            "icon": icon,
        }
        for label, endpoint, icon in places
    ]


def _places_of_house(is_manager: bool) -> list[tuple[str, str, str]]:
    places = [
        (gettext("Aujourd'hui"), "agent.today.board", "bell"),
        (gettext("Rendez-vous"), "agent.booking.day", "clock"),
        (gettext("Nouveau rendez-vous"), "agent.booking.new", "calendar"),
    ]
    if is_manager:
        places.append((gettext("Équipe"), "agent.team.page", "people"))
        places.append((gettext("L'espace"), "agent.house.page", "house"))
    return places

"""What people and scripts receive when something is refused or breaks."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from flask import Flask, request

from kiosk.errors import Conflict, KioskError, MediaError, NotAllowed, NotFound, TooManyTries
from kiosk.web.house_card import HouseCard, show_house
from kiosk.web.limits import limiter
from tests.pages.inspector import InspectingClient

CARD = HouseCard("France services de Sainte-Foy", "01 23 45 67 89", "Europe/Paris")


def raising(app: Flask, error: Exception) -> None:
    def view() -> str:
        show_house(CARD)
        raise error

    app.add_url_rule("/essai", "essai", view, methods=["GET", "POST"])


@pytest.mark.parametrize(
    ("error", "status", "title"),
    [
        (NotAllowed(), 403, "Vous n’avez pas accès à cette page"),
        (NotFound(), 404, "Cette page n’existe pas"),
        (Conflict(), 409, "Les informations ont changé entre-temps"),
        (MediaError(), 503, "La visio ne répond pas"),
        (KioskError("gate.cancelled", status=410), 410, "Ce rendez-vous a été annulé"),
        (KioskError("never.heard", status=400), 400, "Cette demande n’a pas abouti"),
        (KioskError("never.heard", status=403), 403, "Vous n’avez pas accès à cette page"),
    ],
)
def test_a_refusal_says_what_happened_what_to_do_and_whom_to_call(
    app: Flask, client: InspectingClient, error: KioskError, status: int, title: str
) -> None:
    raising(app, error)

    page = client.get("/essai")

    assert page.status_code == status
    assert f'<h1 class="app-page__title">{title}</h1>' in page.text
    assert 'href="tel:0123456789"' in page.text


@pytest.mark.parametrize(
    "headers",
    [
        {"Accept": "application/json"},
        {"X-Requested-With": "fetch", "Accept": "*/*"},
        {"Content-Type": "application/json"},
    ],
)
def test_a_script_receives_the_code_and_the_same_words(
    app: Flask, client: InspectingClient, headers: dict[str, str]
) -> None:
    raising(app, Conflict())

    answer = client.get("/essai", headers=headers)

    assert answer.status_code == 409
    assert answer.json == {
        "error": {
            "code": "state.conflict",
            "message": "Les informations ont changé entre-temps",
            "advice": "Revenez en arrière, rechargez la page et vérifiez avant de recommencer.",
        }
    }


def test_who_guesses_too_often_is_told_how_long_to_wait(
    app: Flask, client: InspectingClient
) -> None:
    raising(app, TooManyTries(retry_after_s=130))

    page = client.get("/essai")

    assert page.headers["Retry-After"] == "130"
    assert "Attendez 3\u00a0minutes avant de recommencer" in page.text


def test_who_comes_too_early_reads_the_hour_of_the_house(
    app: Flask, client: InspectingClient
) -> None:
    opens = datetime(2026, 11, 24, 9, 15, tzinfo=UTC)
    raising(app, KioskError("gate.too_early", status=403, opens_at=opens))

    page = client.get("/essai")

    assert "La salle ouvre mardi 24 novembre 2026 à 10\u00a0h\u00a015." in page.text


def test_a_value_that_the_code_forgot_leaves_a_hole_not_a_fault(
    app: Flask, client: InspectingClient
) -> None:
    raising(app, KioskError("gate.too_early", status=403))

    page = client.get("/essai")

    assert page.status_code == 403


def test_an_unknown_address_and_a_wrong_method_have_their_page(client: InspectingClient) -> None:
    unknown = client.get("/nulle-part")
    wrong = client.post("/accessibilite", data={"csrf_token": client.token()})

    assert (unknown.status_code, wrong.status_code) == (404, 405)
    assert "GET" in wrong.headers["Allow"]
    assert "Cette page ne s’ouvre pas de cette façon" in wrong.text


def test_a_form_without_token_is_refused_and_nothing_typed_is_lost(
    app: Flask, client: InspectingClient
) -> None:
    raising(app, NotAllowed())

    page = client.post("/essai", data={"name": "Amina"})
    for_a_script = client.post("/essai", json={})

    assert page.status_code == 400
    assert "ce que vous avez écrit y est toujours" in page.text
    assert for_a_script.json["error"]["code"] == "form.expired"


def test_a_script_proves_itself_with_a_header(app: Flask, client: InspectingClient) -> None:
    app.add_url_rule("/envoi", "envoi", lambda: {"ok": True}, methods=["POST"])

    answer = client.post("/envoi", json={}, headers={"X-CSRFToken": client.token()})

    assert answer.json == {"ok": True}


def test_too_much_is_refused_before_it_is_read(app: Flask, client: InspectingClient) -> None:
    app.config["MAX_CONTENT_LENGTH"] = 1000
    app.config["WTF_CSRF_CHECK_DEFAULT"] = False

    def reading() -> str:
        return str(len(request.get_data()))

    app.add_url_rule("/envoi", "envoi", reading, methods=["POST"])

    page = client.post("/envoi", data=b"x" * 2000, content_type="text/plain")

    assert page.status_code == 413
    assert "trop lourd" in page.text


def test_who_asks_too_often_waits(app: Flask, client: InspectingClient) -> None:
    app.add_url_rule("/rare", "rare", limiter.limit("2 per minute")(lambda: {}))

    statuses = [client.get("/rare").status_code for _ in range(3)]
    page = client.get("/rare")

    assert statuses == [200, 200, 429]
    assert 1 <= int(page.headers["Retry-After"]) <= 60
    assert "Trop de demandes en peu de temps" in page.text


def test_a_fault_gives_the_failsafe_page_in_both_languages(
    app: Flask, client: InspectingClient
) -> None:
    app.config["PROPAGATE_EXCEPTIONS"] = False
    raising(app, RuntimeError("secret detail"))

    page = client.get("/essai")
    for_a_script = client.get("/essai", headers={"Accept": "application/json"})

    assert page.status_code == 500
    assert "Something went wrong on our side" in page.text
    assert "secret detail" not in page.text
    assert for_a_script.json["error"]["code"] == "server.fault"

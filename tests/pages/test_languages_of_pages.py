"""Which language a page is in, and how hours and scripts' texts are written in it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from flask import Flask, request, session
from flask_babel import force_locale, gettext
from markupsafe import Markup

from kiosk.web import i18n
from kiosk.web.house_card import HouseCard, show_house
from tests.pages.inspector import InspectingClient

NOON = datetime(2026, 11, 23, 13, 30, tzinfo=UTC)


@pytest.fixture
def french_request(app: Flask) -> Iterator[None]:
    """A request in French in which functions can be called."""
    with app.test_request_context(headers={"Accept-Language": "fr"}):
        yield


def heard(client: InspectingClient, path: str = "/accessibilite", accept: str = "fr") -> str:
    page = client.get(path, headers={"Accept-Language": accept}).text
    return page.partition('<html lang="')[2][:2]


def test_the_browser_is_followed_until_the_person_chooses(client: InspectingClient) -> None:
    by_the_browser = heard(client, accept="en-GB,en;q=0.8,fr;q=0.5")
    chosen = heard(client, "/accessibilite?lang=fr", accept="en")
    afterwards = heard(client, accept="en")

    assert [by_the_browser, chosen, afterwards] == ["en", "fr", "fr"]


@pytest.mark.parametrize("accept", ["xx", "", "ja-JP", "de,nl;q=0.5"])
def test_a_browser_we_do_not_understand_gets_the_default(
    client: InspectingClient, accept: str
) -> None:
    assert heard(client, accept=accept) == "fr"


@pytest.mark.parametrize("written", ["en", "EN", "en-GB", "en_US", "En-gb"])
def test_a_language_is_chosen_however_its_code_is_written(
    client: InspectingClient, written: str
) -> None:
    assert heard(client, f"/accessibilite?lang={written}") == "en"
    assert heard(client) == "en"


def test_an_unknown_language_in_the_address_changes_nothing(client: InspectingClient) -> None:
    assert heard(client, "/accessibilite?lang=ar") == "fr"
    assert heard(client, "/accessibilite?lang=../etc") == "fr"


def test_the_appointments_language_goes_before_the_browsers_and_after_the_persons(
    app: Flask, client: InspectingClient
) -> None:
    def arriving() -> dict[str, str]:
        i18n.prefer("en")
        return {"said": gettext("Fermer")}

    app.add_url_rule("/arrivee", "arrivee", arriving)

    answer = client.get("/arrivee").get_json()
    by_the_appointment = heard(client)
    chosen = heard(client, "/accessibilite?lang=fr")
    client.get("/arrivee")
    afterwards = heard(client)

    assert answer == {"said": "Close"}
    assert [by_the_appointment, chosen, afterwards] == ["en", "fr", "fr"]


def test_language_links_keep_the_page_and_its_other_arguments(client: InspectingClient) -> None:
    page = client.get("/accessibilite?page=2&lang=fr&page=3").text

    assert 'href="/accessibilite?page=2&amp;page=3&amp;lang=en"' in page
    assert 'hreflang="en" lang="en" dir="ltr">English</a>' in page


def test_a_page_shown_after_a_post_that_cannot_be_read_again_links_to_the_home_page(
    app: Flask, client: InspectingClient
) -> None:
    app.add_url_rule(
        "/envoi", "envoi", lambda: {"url": i18n.language_links()[1]["url"]}, methods=["POST"]
    )

    answer = client.post("/envoi", data={"csrf_token": client.token()})

    assert answer.get_json() == {"url": "/?lang=en"}


@pytest.mark.usefixtures("french_request")
def test_french_hours_are_written_as_people_say_them() -> None:
    assert i18n.format_date(NOON) == "lundi 23 novembre 2026"
    assert i18n.format_time(NOON) == "14\u00a0h\u00a030"
    assert i18n.format_time(NOON.replace(minute=0)) == "14\u00a0h"
    assert i18n.format_moment(NOON) == "lundi 23 novembre 2026 à 14\u00a0h\u00a030"


@pytest.mark.usefixtures("french_request")
def test_hours_are_those_of_the_house_even_far_away() -> None:
    show_house(HouseCard("France services du Tampon", "0262 00 00 00", "Indian/Reunion"))

    assert i18n.format_time(NOON) == "17\u00a0h\u00a030"


@pytest.mark.usefixtures("french_request")
def test_a_forced_language_is_used_inside_a_french_request() -> None:
    with force_locale("en"):
        written = f"{gettext('Fermer')}, {i18n.format_date(NOON)}"

    assert written == "Close, Monday 23 November 2026"
    assert gettext("Fermer") == "Fermer"


@pytest.mark.usefixtures("french_request")
def test_texts_for_scripts_cannot_close_their_block() -> None:
    block = i18n.texts({"bad": "</script><b>&", "good": "l’été"})

    assert isinstance(block, Markup)
    assert block.count("<") == 2
    assert "l’été" in block


def test_the_choice_is_kept_in_the_session_only(app: Flask) -> None:
    with app.test_request_context("/?lang=en"):
        app.preprocess_request()

        assert session[i18n.CHOSEN] == "en"
        assert request.args["lang"] == "en"

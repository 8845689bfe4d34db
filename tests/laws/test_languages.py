"""Two laws of languages: page, message and paper agree; an active language is complete on all.

They hold for every language of ``languages.toml``, so that none has to be offered before its faults
are known.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import fields
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from flask import Flask, render_template_string

from kiosk import clock, create_app
from kiosk.language import dates, languages
from kiosk.language.catalogues import catalogue
from kiosk.language.languages import SOURCE, known
from kiosk.language.typography import sentence_case
from kiosk.messaging.composing import Composer
from kiosk.messaging.message import Facts
from kiosk.notifications import kinds
from kiosk.notifications.leases import Lease
from kiosk.printing import guides
from kiosk.printing.cards import AppointmentCard, card_html
from kiosk.settings import ROOT, Settings
from kiosk.web.i18n import CHOSEN
from tests.builders.applications import with_compiled_templates
from tests.builders.catalogues import rest, unbracketed
from tests.laws.test_routes import NOW, Town

pytestmark = pytest.mark.usefixtures("every_language")

CODES = list(known())
TRANSLATED = [code for code in CODES if code != SOURCE]
KINDS = list(kinds.every())

INSTANTS = [
    datetime(2026, 12, 1, 13, 30, tzinfo=UTC),  # the first of a month
    datetime(2027, 5, 1, 8, 0, tzinfo=UTC),  # the first again, on the hour
    datetime(2026, 11, 23, 7, 5, tzinfo=UTC),  # before noon, a minute below ten
    datetime(2027, 1, 31, 23, 15, tzinfo=UTC),  # the first in Paris, the 31st in London
    datetime(2027, 7, 14, 10, 0, tzinfo=UTC),  # noon
]

VALUES = {
    "citizen_name": "Amina Benali",
    "house_name": "Sainte-Foy",
    "house_phone": "+33557410000",
    "time_zone": "Europe/Paris",
    "join_url": "https://visio.exemple.fr/rdv#AbCdEfGhIjKlMnOpQrStUv",
    "home_url": "https://visio.exemple.fr",
    "room_code": "123 456 789",
    "password": "tokiba",
    "login": "amina.benali",
    "link": "https://visio.exemple.fr/agent/nouveau-mot-de-passe#AbCdEfGhIjKlMnOpQrStUv",
    "calendar_uid": "0f8fad5bd9cb469fa16570867728950e",
}
NUMBERS = {"duration_min": 30, "version": 1}

COMPOSER = Composer(
    templates=ROOT / "kiosk" / "templates" / "messages",
    sentences=catalogue,
    mail_from="Guichet Visio <ne-pas-repondre@visio.exemple.fr>",
)


@pytest.fixture(scope="module")
def app(bracketed_catalogues: Path, tmp_path_factory: pytest.TempPathFactory) -> Flask:
    """The application with every language offered."""
    folder = tmp_path_factory.mktemp("instance")
    settings = Settings(secret_key="a-key-for-tests-only-and-nothing-else", instance_dir=folder)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(languages, "FOLDER", bracketed_catalogues)
        return with_compiled_templates(create_app(settings))


@pytest.fixture(scope="module")
def town(bracketed_catalogues: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    """The application with every language offered, and somebody for each of its pages."""
    with pytest.MonkeyPatch.context() as patch, clock.fixed(NOW):
        patch.setattr(languages, "FOLDER", bracketed_catalogues)
        town = Town(tmp_path_factory.mktemp("town"))
        yield town
        town.close()


@pytest.mark.parametrize("at", INSTANTS, ids=str)
@pytest.mark.parametrize("code", CODES)
def test_a_page_a_message_and_a_card_write_the_same_day_and_hour(
    app: Flask, code: str, at: datetime
) -> None:
    day, hour, both = on_a_page(app, code, at)

    mail, sms = (
        mail_in(code, "appointment_confirmation", at),
        sms_in(code, "appointment_confirmation", at),
    )
    paper = card_html(card_in(code, at))

    assert day in both
    assert hour in both
    for text in (mail["Subject"], plain_text(mail)):
        assert day in text
        assert hour in text
    assert tight(hour) in tight(sms)
    assert f'<p class="day">{sentence_case(day)}</p>' in paper
    assert f"<strong>{hour}</strong>" in paper
    assert sentence_case(both) in paper


@pytest.mark.parametrize("code", TRANSLATED)
@pytest.mark.parametrize("kind", KINDS)
def test_every_sentence_of_a_message_comes_from_the_catalogue(code: str, kind: str) -> None:
    mail = mail_in(code, kind, INSTANTS[0])
    values = values_in(code, INSTANTS[0])

    assert rest(mail["Subject"], *values) == []
    assert rest(plain_text(mail), *values) == []
    assert unbracketed(html_of(mail), *values) == []
    assert rest(sms_in(code, kind, INSTANTS[0]), *values) == []
    assert f'lang="{known()[code].html}" dir="{known()[code].dir}"' in html_of(mail)


@pytest.mark.parametrize("code", TRANSLATED)
def test_every_sentence_of_a_card_comes_from_the_catalogue(code: str) -> None:
    paper = card_html(card_in(code, INSTANTS[0]))

    assert f'<html lang="{known()[code].html}" dir="{known()[code].dir}">' in paper
    assert unbracketed(paper, *values_in(code, INSTANTS[0])) == []


@pytest.mark.parametrize("code", ["ar", "es"])
@pytest.mark.parametrize("who", ["anonymous", "citizen", "manager"])
def test_every_sentence_of_a_page_comes_from_the_catalogue(town: Town, code: str, who: str) -> None:
    shown = pages(town, who, code)

    assert len(shown) >= 5
    for rule, page in shown.items():
        if "<html" in page:  # the steps that a page fetches have no head of their own
            assert f'<html lang="{known()[code].html}" dir="{known()[code].dir}"' in page, rule
        assert unbracketed(page, *data_of_town(code)) == [], rule


@pytest.mark.parametrize("code", CODES)
@pytest.mark.parametrize("slug", [info.slug for info in guides.list_guides()])
def test_a_guide_without_a_text_in_the_language_is_french_and_says_so(
    app: Flask, code: str, slug: str
) -> None:
    answer = app.test_client().get(f"/guides/{slug}?lang={code}")
    paper = guides.guide_html(slug, code, join_url="https://visio.exemple.fr/")

    text = guides.find(slug).language_for(code)
    assert answer.status_code == 200
    assert text.base == known()[code].base or text.code == "fr"
    assert f'<html lang="{text.html}" dir="{text.dir}">' in paper
    foreign = f' lang="{text.html}" dir="{text.dir}">'
    for tag in ('<h1 class="app-page__title"', '<div class="app-prose app-guide"'):
        assert (tag + foreign in answer.text) == (text.html != known()[code].html)
    assert f"/guides/{slug}.pdf?lang={text.code}" in answer.text


def on_a_page(app: Flask, code: str, at: datetime) -> list[str]:
    """Return the day, the hour, and both, as the templates' filters write them."""
    filters = "{{ at | house_date }}\n{{ at | house_time }}\n{{ at | house_moment }}"
    with app.test_request_context(f"/?lang={code}"):
        return render_template_string(filters, at=at).split("\n")


def pages(town: Town, who: str, code: str) -> dict[str, str]:
    """Return every page of the site that somebody may read, by its address."""
    rules = [rule for rule in town.app.url_map.iter_rules() if "GET" in (rule.methods or ())]
    answers = {
        rule.rule: town.knock(who, "GET", rule, **{CHOSEN: code})
        for rule in rules
        if rule.endpoint != "static"
    }
    return {
        address: answer.text
        for address, answer in answers.items()
        if answer.status_code == 200 and answer.mimetype == "text/html"
    }


def data_of_town(code: str) -> list[str]:
    """List what pages show that is not a sentence: names, dates, addresses, units."""
    instants = [NOW, NOW + timedelta(minutes=15)]
    write = (dates.day, dates.hour, dates.moment)
    return [
        *("France services Sainte-Foy", "Léa Martin", "Nadia Roux", "Paul Ferrand"),
        *("Amina Benali", "Aide au logement", "kbit/s", "ms"),
        *("2 place de la Mairie", "sainte-foy@exemple.fr"),
        *(language.endonym for language in known().values()),
        *(form(instant, "Europe/Paris", code) for form in write for instant in instants),
    ]


def mail_in(code: str, kind: str, at: datetime) -> EmailMessage:
    return COMPOSER.email(parcel_in(code, kind), facts_of(kind, at), now=at).mime


def sms_in(code: str, kind: str, at: datetime) -> str:
    return COMPOSER.sms(parcel_in(code, kind), facts_of(kind, at)).text


def parcel_in(code: str, kind: str) -> Lease:
    return Lease(
        id=1,
        attempt=1,
        reference="0123456789abcdef0123456789abcdef",
        kind=kind,
        channel="email",
        recipient="amina@exemple.fr",
        language=code,
        subject_type="appointment",
        subject_id=7,
        payload={"version": 1},
        until=INSTANTS[0],
        expires_at=INSTANTS[0],
    )


def facts_of(kind: str, at: datetime) -> Facts:
    """Give a value to each fact that messages of this kind carry."""
    facts = kinds.every()[kind].facts
    values: dict[str, Any] = {**VALUES, **NUMBERS, "starts_at": at}
    return facts(**{field.name: values[field.name] for field in fields(facts)})


def card_in(code: str, at: datetime) -> AppointmentCard:
    return AppointmentCard(
        citizen_name=VALUES["citizen_name"],
        agent_name="Léa Martin",
        house_name=VALUES["house_name"],
        house_phone="05 57 41 00 00",
        house_address="2 place de la Mairie",
        starts_at=at,
        time_zone=VALUES["time_zone"],
        duration_min=30,
        join_url=VALUES["join_url"],
        short_url=VALUES["home_url"],
        room_code="123456789",
        password=VALUES["password"],
        valid_until=at,
        language=code,
    )


def values_in(code: str, at: datetime) -> list[str]:
    """List what a message or a card may show outside a sentence."""
    zone = VALUES["time_zone"]
    day, both = dates.day(at, zone, code), dates.moment(at, zone, code)
    data = [*VALUES.values(), "2 place de la Mairie", "visio.exemple.fr"]
    return [*data, day, sentence_case(day), sentence_case(both)]


def plain_text(mail: EmailMessage) -> str:
    return str(mail.get_body(("plain",)).get_content())  # type: ignore[union-attr]


def html_of(mail: EmailMessage) -> str:
    return str(mail.get_body(("html",)).get_content())  # type: ignore[union-attr]


def tight(text: str) -> str:
    return re.sub(r"\s", "", text)

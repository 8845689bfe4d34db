"""What a manager tells of the house, what citizens and the booking form make of it, all houses."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from kiosk.appointments.model import Appointment
from kiosk.calls.gate import Gate
from kiosk.citizen.house_facts import week_in_words
from kiosk.houses import calendar, hours, reasons, store
from kiosk.houses.model import Role
from kiosk.storage.database import writing
from tests.builders import cast as builders
from tests.builders.cast import Cast
from tests.pages.agent.conftest import signed_in
from tests.pages.inspector import InspectingClient

PAGE = "/agent/mon-espace"
BOOKING = "/agent/rendez-vous/nouveau"
HOUSES = "/agent/espaces"
SPACES = {0xA0: " ", 0x202F: " "}


def send(client: InspectingClient, path: str, **data: object) -> TestResponse:
    return client.post(path, data={"csrf_token": client.token(), **data})


def details(**changes: str) -> dict[str, str]:
    usual = {"house-name": "France services Sainte-Foy", "house-phone": "05 36 49 00 10"}
    return {**usual, **changes}


def book(client: InspectingClient, agent_id: int, **changes: object) -> TestResponse:
    """Book for Tuesday 24 November at ten; ``changes`` are what matters."""
    typed = {
        "citizen_name": "Amina Benali",
        "language": "fr",
        "channel": "sms",
        "phone": "06 39 98 00 11",
        "place": 0,
        "reason": "Carte grise",
        "day": "2026-11-24",
        "hour": "10:00",
        "duration": 30,
        "agent": agent_id,
    }
    return send(client, BOOKING, **{**typed, **changes})


# -- the page --------------------------------------------------------------------------------------


def test_the_page_is_the_manager_s(lea: InspectingClient, nadia: InspectingClient):
    assert lea.get(PAGE).status_code == 403
    assert PAGE not in lea.get("/agent/").text
    assert PAGE in nadia.get("/agent/").text
    page = nadia.get(PAGE).text
    for empty in ("Aucune fermeture prévue", "Aucune absence prévue", "Aucun motif pour l’instant"):
        assert empty in page


def test_what_citizens_read_is_changed(nadia: InspectingClient, session: Session, cast: Cast):
    send(
        nadia,
        f"{PAGE}/details",
        **details(
            **{
                "house-accessible_contact": "SMS 06 39 98 00 10",
                "house-welcome": "Bienvenue <b>à</b> tous.",
                "house-time_zone": "Indian/Reunion",
            }
        ),
    )

    session.rollback()
    assert cast.sainte_foy.accessible_contact == "SMS 06 39 98 00 10"
    assert cast.sainte_foy.welcome == "Bienvenue <b>à</b> tous."
    assert cast.sainte_foy.time_zone == "Indian/Reunion"


def test_a_manager_changes_the_details_of_the_house(
    nadia: InspectingClient, session: Session, cast: Cast
):
    send(
        nadia,
        f"{PAGE}/details",
        **{"house-name": "France services du Pays Foyen", "house-phone": "05 36 49 00 99"},
    )

    session.rollback()
    assert cast.sainte_foy.name == "France services du Pays Foyen"
    assert cast.sainte_foy.phone == "+33536490099"
    assert "05 36 49 00 99" in nadia.get("/agent/").text


def test_a_house_without_a_telephone_number_is_refused_and_the_form_is_kept(
    nadia: InspectingClient, session: Session, cast: Cast
):
    page = send(nadia, f"{PAGE}/details", **{"house-name": "Autre nom", "house-phone": "05"}).text

    session.rollback()
    assert "Écrivez un numéro complet" in page
    assert 'value="Autre nom"' in page
    assert cast.sainte_foy.name == "France services Sainte-Foy"


def test_a_time_zone_that_does_not_exist_is_refused_and_the_rest_is_kept_typed(
    nadia: InspectingClient, session: Session, cast: Cast
):
    page = send(
        nadia,
        f"{PAGE}/details",
        **details(**{"house-name": "Autre nom", "house-time_zone": "Mars/Olympus"}),
    )

    assert "Ce fuseau horaire n’existe pas" in page.text
    assert 'value="Autre nom"' in page.text
    session.rollback()
    assert cast.sainte_foy.time_zone == "Europe/Paris"
    assert cast.sainte_foy.name == "France services Sainte-Foy"


def test_the_hours_are_changed_or_refused_with_a_sentence(
    nadia: InspectingClient, session: Session, cast: Cast
):
    wrong = send(nadia, f"{PAGE}/horaires", **{"week-monday": "12h-9h"})
    assert "Écrivez par exemple 9h-12h" in wrong.text

    send(nadia, f"{PAGE}/horaires", **{"week-monday": "9h-12h", "week-saturday": "fermé"})

    session.rollback()
    assert hours.week_of(cast.sainte_foy)[0] == [(540, 720)]
    assert hours.week_of(cast.sainte_foy)[5] == []
    assert 'value="9h-12h"' in nadia.get(PAGE).text


def test_closed_days_and_absences_are_added_and_taken_back(nadia: InspectingClient, cast: Cast):
    wrong = send(
        nadia,
        f"{PAGE}/fermetures",
        **{"closed-first": "2026-12-25", "closed-last": "2026-12-24"},
    )
    assert "Le dernier jour vient après le premier" in wrong.text
    send(nadia, f"{PAGE}/fermetures", **{"closed-first": "25/12/2026", "closed-name": "Noël"})
    send(
        nadia,
        f"{PAGE}/absences",
        **{
            "absence-agent": cast.lea.id,
            "absence-first": "2026-12-01",
            "absence-last": "2026-12-04",
        },
    )
    stranger = send(
        nadia, f"{PAGE}/absences", **{"absence-agent": cast.karim.id, "absence-first": "2026-12-01"}
    )
    assert "Choisissez quelqu’un de la liste" in stranger.text

    page = nadia.get(PAGE).text
    assert "vendredi 25 décembre 2026" in page
    assert "mardi 1er décembre 2026 au vendredi 4 décembre 2026" in page.translate(SPACES)
    for action in re.findall(r'action="([^"]+/(?:fermetures|absences)/\d+/retirer)"', page):
        send(nadia, action)
    page = nadia.get(PAGE).text
    assert "Aucune fermeture prévue" in page
    assert "Aucune absence prévue" in page


def test_reasons_are_added_corrected_and_removed(
    nadia: InspectingClient, karim: InspectingClient, session: Session, cast: Cast
):
    send(
        nadia, f"{PAGE}/motifs", **{"reason-name": "Carte grise", "reason-papers": "Pièce\n\nCarte"}
    )
    twice = send(nadia, f"{PAGE}/motifs", **{"reason-name": "carte GRISE"})
    assert "Ce motif existe déjà" in twice.text
    (one,) = reasons.of(session, cast.sainte_foy.id)
    assert one.papers == "Pièce\nCarte"
    number, path = one.id, f"{PAGE}/motifs/{one.id}"

    send(nadia, path, **{f"reason{number}-name": "Immatriculation"})
    assert karim.get(PAGE).status_code == 403

    session.rollback()
    assert [each.name for each in reasons.of(session, cast.sainte_foy.id)] == ["Immatriculation"]
    send(nadia, f"{path}/retirer")
    session.rollback()
    assert reasons.of(session, cast.sainte_foy.id) == []
    assert send(nadia, path, **{f"reason{number}-name": "X"}).status_code == 404


def test_the_lengths_are_those_of_the_booking_form(nadia: InspectingClient, lea: InspectingClient):
    wrong = send(nadia, f"{PAGE}/durees", **{"length-lengths": ["20", "60"], "length-usual": 45})
    assert "La durée habituelle est l’une des durées proposées" in wrong.text
    none = send(nadia, f"{PAGE}/durees", **{"length-usual": 45})
    assert "Gardez au moins une durée" in none.text

    send(nadia, f"{PAGE}/durees", **{"length-lengths": ["20", "60"], "length-usual": 60})

    select = lea.get(BOOKING).text.split('id="duration"')[1].split("</select>")[0]
    assert re.findall(r'value="(\d+)"', select) == ["60", "20"]
    assert 'selected value="60"' in select


# -- booking ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("why", "sentence"),
    [
        ("closed_day", "L’espace est fermé ce jour-là : Travaux."),
        ("closed_hour", "L’espace n’est pas ouvert à cette heure. Ce jour-là : 14h-17h."),
        ("weekday", "L’espace est fermé ce jour de la semaine."),
        ("absent", "Léa Martin est absent ce jour-là."),
    ],
)
def test_booking_warns_once_of_what_stands_against_the_hour(
    lea: InspectingClient, session: Session, cast: Cast, why: str, sentence: str
):
    day = datetime(2026, 11, 24).date()
    with writing(session):
        if why == "closed_day":
            calendar.close_days(session, cast.sainte_foy, day, day, "Travaux")
        elif why == "absent":
            calendar.note_absence(session, cast.sainte_foy, cast.lea, day, day)
        else:
            hours.set_week(cast.sainte_foy, {1 if why == "closed_hour" else 2: [(840, 1020)]})

    warned = book(lea, cast.lea.id)
    assert sentence in warned.text.translate(SPACES)
    assert "Confirmer quand même" in warned.text
    key = re.search(r'name="despite" value="([^"]+)"', warned.text)
    assert key is not None

    assert book(lea, cast.lea.id, hour="10:30", despite=key[1]).status_code == 200
    assert book(lea, cast.lea.id, despite=key[1]).status_code == 302


def test_reasons_are_proposed_and_any_other_may_be_typed(
    lea: InspectingClient, session: Session, cast: Cast
):
    with writing(session):
        reasons.add(session, cast.sainte_foy, "Carte grise", "")

    assert '<option value="Carte grise">' in lea.get(BOOKING).text
    assert book(lea, cast.lea.id, reason="Autre chose").status_code == 302


# -- citizens --------------------------------------------------------------------------------------


def test_a_citizen_reads_welcome_hours_contact_and_the_papers_of_their_reason(
    app: Flask,
    session: Session,
    gate: Gate,
    book: Callable[..., Appointment],
    cast: Cast,
):
    with writing(session):
        cast.sainte_foy.welcome = "Bienvenue <b>à</b> tous."
        cast.sainte_foy.accessible_contact = "SMS 06 39 98 00 10"
        hours.set_week(cast.sainte_foy, {day: [(540, 720)] for day in range(5)})
        reasons.add(session, cast.sainte_foy, "Aide au logement", "Dernier bail")
        reasons.add(session, cast.sainte_foy, "Retraite", "Relevé de carrière")
    token = gate.keys.of(book().room).token
    amina = app.test_client()
    assert isinstance(amina, InspectingClient)
    amina.environ_base["HTTP_ACCEPT_LANGUAGE"] = "fr-FR"

    page = amina.get(
        amina.post("/rdv", data={"csrf_token": amina.token(), "token": token}).location
    ).text

    assert "Bienvenue &lt;b&gt;à&lt;/b&gt; tous." in page
    assert "SMS 06 39 98 00 10" in page
    assert "Dernier bail" in page
    assert "Relevé de carrière" not in page
    assert "Lundi – vendredi" in page.translate(SPACES)


def test_who_comes_too_early_reads_when_to_telephone(
    app: Flask,
    session: Session,
    gate: Gate,
    book: Callable[..., Appointment],
    cast: Cast,
    now: datetime,
):
    with writing(session):
        hours.set_week(cast.sainte_foy, {5: [(540, 720)]})
    token = gate.keys.of(book(starts_at=now + timedelta(days=2)).room).token
    amina = app.test_client()
    assert isinstance(amina, InspectingClient)
    amina.environ_base["HTTP_ACCEPT_LANGUAGE"] = "fr-FR"

    page = amina.post("/rdv", data={"csrf_token": amina.token(), "token": token})

    assert page.status_code != 302
    assert "Samedi" in page.text
    assert "9 h – 12 h" in page.text.translate(SPACES)


def test_a_week_is_written_in_few_lines_and_in_the_reader_s_language():
    week = {day: [(540, 720), (810, 1020)] for day in range(5)} | {5: [(540, 720)]}

    plain = [(days, text.translate(SPACES)) for days, text in week_in_words(week, "fr")]
    assert plain == [
        ("Lundi – vendredi", "9 h – 12 h, 13 h 30 – 17 h"),
        ("Samedi", "9 h – 12 h"),
    ]
    assert week_in_words(week, "en")[1][0] == "Saturday"
    assert week_in_words({}, "fr") == []


# -- all houses ------------------------------------------------------------------------------------


def new_house(client: InspectingClient, **changes: str) -> TestResponse:
    typed = {
        "house-name": "France services de Lavelanet",
        "house-phone": "05 36 49 00 30",
        "house-address": "1 rue Basse",
        "house-territory": "FR",
        "manager-name": "Mona Levy",
    }
    return send(
        client, HOUSES, **{**typed, **{k.replace("__", "-"): v for k, v in changes.items()}}
    )


def test_only_administrators_see_all_houses(nadia: InspectingClient, client: InspectingClient):
    assert nadia.get(HOUSES).status_code == 403
    assert HOUSES not in nadia.get("/agent/").text
    assert client.get(HOUSES).status_code == 302


def test_an_administrator_adds_a_house_with_a_new_manager(app: Flask, session: Session, cast: Cast):
    odile = signed_in(app, "odile")
    assert HOUSES in odile.get("/agent/").text

    page = new_house(odile)

    assert page.status_code == 201
    assert "/agent/nouveau-mot-de-passe#" in page.text
    made = store.agent_by_login(session, "mona.levy")
    assert made is not None
    assert [(one.house.name, one.role) for one in made.memberships] == [
        ("France services de Lavelanet", Role.MANAGER)
    ]
    assert "Responsable : Mona Levy" in odile.get(HOUSES).text.translate(SPACES)


def test_somebody_with_an_account_manages_the_new_house_without_a_link(
    app: Flask, session: Session, cast: Cast
):
    page = new_house(signed_in(app, "odile"), manager__login="nadia")

    assert "nouveau-mot-de-passe#" not in page.text
    session.rollback()
    assert len(cast.nadia.memberships) == 2


def test_a_house_that_lacks_something_is_not_made(app: Flask, session: Session, cast: Cast):
    odile = signed_in(app, "odile")
    for changes, sentence in (
        ({"house__phone": ""}, "Écrivez un numéro complet"),
        ({"house__time_zone": "Europe/Nulle-part"}, "Ce fuseau horaire n’existe pas"),
        ({"manager__name": ""}, "Écrivez le prénom et le nom"),
    ):
        assert sentence in new_house(odile, **changes).text

    assert len(store.houses(session)) == 2


def test_administrators_are_invited_and_closed_but_not_by_themselves(
    app: Flask, session: Session, cast: Cast
):
    odile = signed_in(app, "odile")
    own = send(odile, f"{HOUSES}/administrateurs/{cast.odile.id}/fermer")
    assert "dernier administrateur" in own.text

    page = send(odile, f"{HOUSES}/administrateurs", **{"admin-name": "Omar Sy"})
    assert page.status_code == 201
    session.rollback()
    omar = store.agent_by_login(session, "omar.sy")
    assert omar is not None
    assert omar.is_administrator
    assert send(odile, f"{HOUSES}/administrateurs/{cast.odile.id}/fermer").status_code == 409
    session.rollback()
    send(odile, f"{HOUSES}/administrateurs/{omar.id}/fermer")
    session.rollback()
    assert not omar.active
    assert send(odile, f"{HOUSES}/administrateurs/{cast.lea.id}/fermer").status_code == 404


def test_an_administrator_without_any_house_is_led_to_make_one(app: Flask, session: Session):
    builders.account(session, None, "odile", "Odile Garnier", administrator=True)
    odile = signed_in(app, "odile")

    assert odile.get("/agent/").location == HOUSES
    assert "Aucun espace pour l’instant" in odile.get(HOUSES).text
    assert new_house(odile).status_code == 201
    assert odile.get("/agent/").status_code == 200

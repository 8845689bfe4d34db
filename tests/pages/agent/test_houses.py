"""Who may see and do what, in which house: one house, two houses, all houses."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from kiosk.appointments.model import Appointment
from kiosk.calls.gate import Gate
from kiosk.houses import store
from tests.builders.cast import Cast, booked
from tests.pages.agent.conftest import choose_house, signed_in
from tests.pages.inspector import InspectingClient

BOARD = "/agent/"
TEAM = "/agent/equipe"
HOUSE = "/agent/mon-espace"
CHOOSER = "Changer d’espace"


@pytest.fixture
def paul(app: Flask, cast: Cast) -> InspectingClient:
    return signed_in(app, "paul")


@pytest.fixture
def odile(app: Flask, cast: Cast) -> InspectingClient:
    return signed_in(app, "odile")


@pytest.fixture
def both_booked(session: Session, gate: Gate, cast: Cast, now: datetime) -> list[Appointment]:
    """Amina at Sainte-Foy with Léa, Bruno at Castillon with Karim."""
    amina = booked(session, gate.keys, cast.lea, now=now)
    bruno = booked(session, gate.keys, cast.karim, now=now, citizen_name="Bruno Petit")
    return [amina, bruno]


def test_an_agent_of_one_house_has_nothing_to_choose(lea: InspectingClient):
    page = lea.get(BOARD).text

    assert CHOOSER not in page
    assert "espace=" not in page


@pytest.mark.parametrize("who", ["paul", "odile"])
def test_the_board_shows_the_house_chosen_and_only_that_one(
    request: pytest.FixtureRequest, who: str, both_booked: list[Appointment], cast: Cast
):
    client: InspectingClient = request.getfixturevalue(who)
    for house, here, elsewhere in (
        (cast.sainte_foy, "Amina Benali", "Bruno Petit"),
        (cast.castillon, "Bruno Petit", "Amina Benali"),
    ):
        answer = choose_house(client, house.id)

        for address in (answer.location, BOARD, "/agent/rendez-vous"):
            page = client.get(address).text
            assert CHOOSER in page
            assert here in page, address
            assert elsewhere not in page, address
            assert f'<span class="app-header__house">{house.name}</span>' in page


def test_two_tabs_show_two_houses(
    paul: InspectingClient, both_booked: list[Appointment], cast: Cast
):
    first = paul.get(f"{BOARD}?espace={cast.sainte_foy.id}").text
    choose_house(paul, cast.castillon.id)

    again = paul.get(f"/agent/etat?espace={cast.sainte_foy.id}").get_json()["html"]

    assert f"/agent/etat?espace={cast.sainte_foy.id}" in first
    assert "Amina Benali" in again
    assert "Bruno Petit" not in again


@pytest.mark.parametrize("who", ["paul", "odile"])
def test_who_works_in_both_houses_opens_the_appointments_of_both(
    request: pytest.FixtureRequest, who: str, both_booked: list[Appointment]
):
    client: InspectingClient = request.getfixturevalue(who)
    for appointment in both_booked:
        page = client.get(f"/agent/rendez-vous/{appointment.id}")

        assert page.status_code == 200
        assert appointment.citizen_name in page.text


def test_a_manager_does_not_open_another_house_s_appointments(
    nadia: InspectingClient, both_booked: list[Appointment]
):
    mine, other = both_booked

    assert nadia.get(f"/agent/rendez-vous/{mine.id}").status_code == 200
    assert nadia.get(f"/agent/rendez-vous/{other.id}").status_code == 404


@pytest.mark.parametrize("who", ["lea", "nadia"])
def test_nobody_looks_at_a_house_in_which_they_do_not_work(
    request: pytest.FixtureRequest, who: str, cast: Cast
):
    client: InspectingClient = request.getfixturevalue(who)

    assert choose_house(client, cast.castillon.id).status_code == 404
    for page in (BOARD, "/agent/etat", "/agent/rendez-vous", "/agent/rendez-vous/nouveau", TEAM):
        assert client.get(f"{page}?espace={cast.castillon.id}").status_code in (403, 404), page
        assert client.get(f"{page}?espace=x").status_code in (403, 404), page
    assert cast.sainte_foy.name in client.get(BOARD).text


def test_a_house_is_managed_by_its_manager_and_not_by_its_agent(paul: InspectingClient, cast: Cast):
    choose_house(paul, cast.sainte_foy.id)
    assert paul.get(TEAM).status_code == 403
    assert TEAM not in paul.get(BOARD).text

    choose_house(paul, cast.castillon.id)
    assert "Karim Haddad" in paul.get(TEAM).text
    assert TEAM in paul.get(BOARD).text


def test_a_membership_that_ended_shows_the_other_house(
    nadia: InspectingClient, paul: InspectingClient, session: Session, cast: Cast
):
    choose_house(paul, cast.sainte_foy.id)

    page = nadia.get(f"{TEAM}/comptes/{cast.paul.id}").text
    assert "Retirer de l’espace" in page
    token = nadia.token(BOARD)
    answer = nadia.post(f"{TEAM}/comptes/{cast.paul.id}/fermer", data={"csrf_token": token})

    assert "fait=retire" in answer.location
    page = paul.get(BOARD).text
    assert CHOOSER not in page
    assert cast.castillon.name in page
    session.rollback()
    assert [one.login for one in store.agents_of(session, cast.castillon.id)] == ["karim", "paul"]


def test_a_colleague_of_another_house_is_added_by_their_login(
    nadia: InspectingClient, karim: InspectingClient, book: Callable[..., Appointment], cast: Cast
):
    aminas = book()
    assert karim.get(f"/agent/rendez-vous/{aminas.id}").status_code == 404

    answer = add(nadia, "Karim")

    assert answer.status_code == 302
    assert "Karim Haddad" in nadia.get(TEAM).text
    assert karim.get(f"/agent/rendez-vous/{aminas.id}").status_code == 200


@pytest.mark.parametrize(
    ("login", "said"),
    [
        ("inconnu", "Aucun compte n’a cet identifiant."),
        ("paul", "Cette personne travaille déjà dans cet espace."),
    ],
)
def test_a_colleague_who_cannot_be_added_is_said_beside_the_login(
    nadia: InspectingClient, login: str, said: str
):
    page = add(nadia, login)

    assert page.status_code == 200
    assert said in page.text
    assert f'value="{login}"' in page.text


def test_an_administrator_manages_every_house(odile: InspectingClient, cast: Cast):
    for house, colleague in ((cast.sainte_foy, "Léa Martin"), (cast.castillon, "Karim Haddad")):
        choose_house(odile, house.id)

        assert colleague in odile.get(TEAM).text


def test_what_is_sent_from_a_page_of_one_house_changes_that_house(
    odile: InspectingClient, session: Session, cast: Cast
):
    page = odile.get(f"{HOUSE}?espace={cast.castillon.id}").text
    choose_house(odile, cast.sainte_foy.id)

    assert f'action="/agent/mon-espace/details?espace={cast.castillon.id}"' in page
    data = {"house-name": "Castillon la Bataille", "house-phone": "05 36 49 00 21"}
    odile.post(
        f"{HOUSE}/details?espace={cast.castillon.id}",
        data={"csrf_token": odile.token(BOARD), **data},
    )

    session.rollback()
    assert cast.castillon.name == "Castillon la Bataille"
    assert cast.sainte_foy.name == "France services Sainte-Foy"


def add(client: InspectingClient, login: str):
    data = {
        "csrf_token": client.token(BOARD),
        "member-login": login,
        "member-role": "agent",
    }
    return client.post(f"{TEAM}/membres", data=data)

"""The manager's page: accounts opened and closed."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from kiosk.houses import store
from kiosk.houses.model import Role
from tests.builders.cast import Cast
from tests.pages.inspector import InspectingClient

PAGE = "/agent/equipe"


def send(client: InspectingClient, path: str, **data: str):
    return client.post(f"{PAGE}/{path}", data={"csrf_token": client.token("/agent/"), **data})


def open_account(client: InspectingClient, **changes: str):
    typed = {"account-name": "Inès Petit", "account-login": "ines", "account-role": "agent"}
    return send(client, "comptes", **typed, **changes)


def test_an_agent_gets_403_and_no_link_to_the_page(lea: InspectingClient):
    page = lea.get(PAGE)

    assert page.status_code == 403
    assert "Vous n’avez pas accès à cette page" in page.text
    assert PAGE not in lea.get("/agent/").text


def test_a_manager_sees_who_works_in_the_house(nadia: InspectingClient):
    page = nadia.get(PAGE).text

    assert "Léa Martin" in page
    assert "Karim Haddad" not in page


def test_a_new_account_chooses_its_password_with_the_link_shown_once(
    app: Flask, nadia: InspectingClient, session: Session
):
    shown = open_account(nadia)

    found = re.search(r'data-copied="[^"]*/agent/nouveau-mot-de-passe#([\w-]{22})"', shown.text)
    assert found is not None
    assert found.group(1) not in nadia.get(PAGE).text
    newcomer = app.test_client()
    token = newcomer.token()  # type: ignore[attr-defined]
    newcomer.post(
        "/agent/nouveau-mot-de-passe",
        data={"csrf_token": token, "token": found.group(1), "password": "trois mots choisis"},
    )
    entered = newcomer.post(
        "/agent/connexion",
        data={"csrf_token": token, "login": "ines", "password": "trois mots choisis"},
    )
    assert entered.status_code == 302


@pytest.mark.parametrize("taken", ["lea", "LEA", "karim"])
def test_a_login_belongs_to_one_person(nadia: InspectingClient, taken: str):
    page = send(
        nadia,
        "comptes",
        **{"account-name": "Inès Petit", "account-login": taken, "account-role": "agent"},
    )

    assert "Cet identifiant est déjà pris." in page.text
    assert 'value="Inès Petit"' in page.text


def test_a_closed_account_s_login_is_never_given_again(nadia: InspectingClient, cast: Cast):
    send(nadia, f"comptes/{cast.lea.id}/fermer")

    page = send(
        nadia,
        "comptes",
        **{"account-name": "Léa Autre", "account-login": "lea", "account-role": "agent"},
    )

    assert "Cet identifiant est déjà pris." in page.text


def test_closing_an_account_ends_its_session(
    nadia: InspectingClient, lea: InspectingClient, cast: Cast
):
    send(nadia, f"comptes/{cast.lea.id}/fermer")

    assert lea.get("/agent/").status_code == 302
    accounts, former = nadia.get(PAGE).text.split('id="former"')
    assert "Léa Martin" not in accounts
    assert "Léa Martin" in former


def test_nobody_closes_their_own_account_nor_another_house_s(
    nadia: InspectingClient, session: Session, cast: Cast
):
    assert send(nadia, f"comptes/{cast.nadia.id}/fermer").status_code == 409
    assert send(nadia, f"comptes/{cast.karim.id}/fermer").status_code == 404

    session.rollback()
    assert store.agent_by_login(session, "karim") is not None


def test_an_account_is_opened_as_manager_when_that_role_is_chosen(
    nadia: InspectingClient, session: Session
):
    send(
        nadia,
        "comptes",
        **{"account-name": "Omar", "account-login": "omar", "account-role": "manager"},
    )

    session.rollback()
    made = store.agent_by_login(session, "omar")
    assert made is not None
    assert [one.role for one in made.memberships] == [Role.MANAGER]

"""The first page of an installation: its link, its three parts, and who comes too late."""

from __future__ import annotations

import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from flask import Flask
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from kiosk import clock
from kiosk.houses import first_run, hours, store
from kiosk.houses.account_links import AccountKeys
from kiosk.houses.model import Role
from kiosk.settings import Settings
from kiosk.storage.database import Database
from kiosk.web.limits import limiter
from tests.builders import cast
from tests.pages.inspector import InspectingClient

PAGE = "/premier-demarrage"


@pytest.fixture(autouse=True)
def nobody_has_tried_yet(app: Flask) -> None:
    limiter.reset()


@pytest.fixture
def session(app: Flask, settings: Settings) -> Iterator[Session]:
    database = Database(settings.sqlalchemy_url)
    with database.session() as session:
        yield session
    database.close()


@pytest.fixture
def token(app: Flask, session: Session) -> str:
    """The secret that the terminal shows."""
    keys: AccountKeys = app.extensions["account_keys"]
    link = first_run.offer(session, keys, now=clock.now())
    assert link is not None
    found = keys.address(link, "").partition("#")[2]
    session.rollback()
    return found


def send(client: InspectingClient, token: str, **changes: Any) -> TestResponse:
    """Fill the page in as Odile does, with Mona as manager; ``changes`` are what matters."""
    typed = {
        "token": token,
        "admin-name": "Odile Garnier",
        "admin-login": "odile",
        "admin-email": "odile@exemple.fr",
        "admin-password": "trois mots choisis",
        "house-name": "France services de Lavelanet",
        "house-phone": "05 36 49 00 30",
        "house-email": "",
        "house-address": "1 rue Basse, 09300 Lavelanet",
        "house-accessible_contact": "SMS 06 39 98 00 12",
        "house-territory": "FR",
        "house-time_zone": "",
        "house-monday": "9h-12h, 13h30-17h",
        "manager-who": "other",
        "manager-name": "Mona Levy",
        "manager-login": "mona",
        "manager-email": "mona@exemple.fr",
    }
    typed |= {name.replace("__", "-"): value for name, value in changes.items()}
    return client.post(PAGE, data={"csrf_token": client.token(), **typed})


def enters(app: Flask, login: str, password: str) -> bool:
    client = app.test_client()
    data = {"csrf_token": client.token(), "login": login, "password": password}  # type: ignore[attr-defined]
    return client.post("/agent/connexion", data=data).status_code == 302


def test_everything_is_made_and_both_can_sign_in(
    app: Flask, client: InspectingClient, session: Session, token: str
):
    done = send(client, token)

    assert done.status_code == 201
    (house,) = store.houses(session)
    assert (house.name, house.phone) == ("France services de Lavelanet", "+33536490030")
    assert hours.week_of(house)[0] == [(540, 720), (810, 1020)]
    assert enters(app, "odile", "trois mots choisis")
    mona = store.agent_by_login(session, "mona")
    assert mona is not None
    assert mona.role_in(house.id) == Role.MANAGER
    found = re.search(r'data-copied="[^"]*/agent/nouveau-mot-de-passe#([\w-]{22})"', done.text)
    assert found is not None
    chosen = client.post(
        "/agent/nouveau-mot-de-passe",
        data={"csrf_token": client.token(), "token": found[1], "password": "encore trois mots"},
    )
    assert chosen.location == "/agent/connexion?fait=choisi"
    assert 'value="mona"' in client.get(chosen.location).text
    assert enters(app, "mona", "encore trois mots")


def test_one_person_may_be_both(client: InspectingClient, session: Session, token: str):
    done = send(client, token, manager__who="same", manager__name="", manager__login="")

    assert done.status_code == 201
    assert "nouveau-mot-de-passe" not in done.text
    (odile,) = store.accounts(session)
    assert [one.role for one in odile.memberships] == [Role.MANAGER]


REFUSED: list[tuple[dict[str, str], str]] = [
    ({"admin__password": "court"}, "Un mot de passe a au moins 10 signes"),
    ({"admin__login": "o d"}, "Lettres sans accent"),
    ({"admin__email": "odile"}, "Cette adresse e-mail n’est pas complète"),
    ({"house__phone": ""}, "Écrivez un numéro complet"),
    ({"house__time_zone": "Europe/Atlantis"}, "Ce fuseau horaire n’existe pas"),
    ({"house__territory": "DE"}, "Choisissez un territoire de la liste"),
    ({"house__monday": "12h-9h"}, "Écrivez par exemple 9h-12h"),
    ({"house__address": ""}, "Écrivez l’adresse de l’espace"),
    ({"manager__name": ""}, "Écrivez le prénom et le nom"),
    ({"manager__login": "ODILE"}, "Cet identifiant est déjà pris"),
    ({"manager__who": "nobody"}, "Choisissez qui est responsable"),
]


def test_what_is_missing_is_said_and_what_was_typed_stays(
    client: InspectingClient, session: Session, token: str
):
    for changes, sentence in REFUSED:
        page = send(client, token, **changes)

        assert sentence in page.text, changes
        assert 'value="SMS 06 39 98 00 12"' in page.text
    assert store.accounts(session) == []
    session.rollback()
    assert send(client, token).status_code == 201


def test_without_the_link_nothing_is_made(client: InspectingClient, session: Session, token: str):
    for typed in ("", "x", "AbCdEfGhIjKlMnOpQrSt-_"):
        page = send(client, typed)

        assert page.status_code == 400
        assert "Ce lien ne marche plus" in page.text
    assert store.accounts(session) == []


def test_the_second_of_two_pages_gets_a_sentence(
    app: Flask, client: InspectingClient, session: Session, token: str
):
    send(client, token)
    page = send(client, token, admin__login="autre", manager__login="autre2")

    assert page.status_code == 409
    assert "Le premier démarrage est déjà fait" in page.text
    assert [one.login for one in store.accounts(session)] == ["mona", "odile"]
    assert client.get(PAGE).status_code == 410


def test_of_two_pages_sent_at_the_same_instant_one_makes_everything(
    app: Flask, session: Session, token: str
):
    ready = Barrier(2)

    def fill_in(login: str) -> int:
        client = app.test_client()
        assert isinstance(client, InspectingClient)
        client.token()
        ready.wait(timeout=10)
        return send(client, token, admin__login=login, manager__login=f"{login}2").status_code

    with ThreadPoolExecutor(2) as both:
        answers = sorted(both.map(fill_in, ["odile", "omar"]))

    assert answers == [201, 409]
    assert len(store.houses(session)) == 1
    assert len(store.accounts(session)) == 2


def test_where_houses_exist_only_the_administrator_is_asked_for(
    app: Flask, client: InspectingClient, session: Session
):
    house = cast.sainte_foy(session)
    keys: AccountKeys = app.extensions["account_keys"]
    link = first_run.offer(session, keys, now=clock.now())
    assert link is not None

    assert "house-name" not in client.get(PAGE).text
    done = send(client, keys.address(link, ""))

    assert done.status_code == 201
    session.rollback()
    assert store.houses(session) == [house]
    (odile,) = store.accounts(session)
    assert odile.is_administrator

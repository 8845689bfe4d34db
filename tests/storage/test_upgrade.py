"""A database written by the first schema is upgraded, and everything handed out before still works.

``tests/data/schema-0001`` was written once by the application as it stood on 30 November 2026
(commit 3f43b7f): eight appointments, two citizens on the way, one call, messages due. Only what
people see and hold is asked here, so the test outlives any change of tables.
"""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from kiosk import clock, create_app
from kiosk.run.delivery_worker import Delivery
from kiosk.settings import Settings
from kiosk.storage import schema
from tests.drivers.counterparts import Mailbox, SmsGatewayServer, mail_server, sms_gateway
from tests.guides.paper import Paper
from tests.pages.inspector import InspectingClient

WRITTEN = Path(__file__).parents[1] / "data" / "schema-0001"
FACTS = json.loads((WRITTEN / "facts.json").read_text())
NOW = datetime.fromisoformat(FACTS["now"]) + timedelta(minutes=6)


@pytest.fixture
def mailbox() -> Mailbox:
    return Mailbox()


@pytest.fixture
def gateway() -> Iterator[SmsGatewayServer]:
    with sms_gateway() as server:
        yield server


@pytest.fixture
def settings(tmp_path: Path, mailbox: Mailbox, gateway: SmsGatewayServer) -> Iterator[Settings]:
    """Settings of the installation whose database was written by the first schema."""
    with mail_server(mailbox) as port:
        yield Settings(
            secret_key=FACTS["secret_key"],
            instance_dir=tmp_path,
            base_url=FACTS["base_url"],
            smtp_url=f"smtp://127.0.0.1:{port}",
            sms_gateway_url=gateway.url,
        )


@pytest.fixture
def upgraded(settings: Settings) -> Iterator[Flask]:
    """The application of today on that database, after the upgrade."""
    with sqlite3.connect(settings.instance_dir / "kiosk.sqlite3") as connection:
        connection.executescript((WRITTEN / "database.sql").read_text())
    connection.close()
    schema.upgrade(settings.sqlalchemy_url)
    with clock.fixed(NOW):
        app = create_app(settings)
        app.testing = True
        app.test_client_class = InspectingClient
        yield app


def browser(app: Flask) -> InspectingClient:
    client = app.test_client()
    assert isinstance(client, InspectingClient)
    client.environ_base["HTTP_ACCEPT_LANGUAGE"] = "fr-FR,fr;q=0.9"
    return client


def browser_of(app: Flask, name: str) -> InspectingClient:
    """A browser that was on the way before the upgrade: it holds the same cookie."""
    client = browser(app)
    with client.session_transaction() as cookie:
        cookie.update(FACTS["cookies"][name])
    return client


def signed_in(app: Flask, login: str) -> InspectingClient:
    client = browser(app)
    data = {"csrf_token": client.token(), "login": login, "password": FACTS["password"]}
    assert client.post("/agent/connexion", data=data).status_code == 302
    return client


def open_link(client: InspectingClient, token: str) -> int:
    # Where somebody was in the call, another browser is asked; it goes on there.
    data = {"csrf_token": client.token("/rdv"), "token": token, "who": "same"}
    return client.post("/rdv", data=data).status_code


def state_of(client: InspectingClient) -> dict[str, Any]:
    answer = client.get("/parcours/etat", headers={"Accept": "application/json"})
    assert answer.status_code == 200
    return dict(answer.json)


def handed_out(name: str) -> dict[str, Any]:
    """What was printed or sent for one appointment."""
    return dict(FACTS["appointments"][name])


def test_the_upgraded_tables_are_what_the_models_say(upgraded: Flask, settings: Settings) -> None:
    assert schema.differences(settings.sqlalchemy_url) == []


@pytest.mark.parametrize("name", ["amina", "robert", "ines", "moved", "renewed", "other_house"])
def test_a_link_sent_before_opens_its_room(upgraded: Flask, name: str) -> None:
    assert open_link(browser(upgraded), handed_out(name)["token"]) == 303


@pytest.mark.parametrize("name", ["amina", "robert", "ines", "moved", "renewed", "other_house"])
def test_a_code_and_password_printed_before_open_their_room(upgraded: Flask, name: str) -> None:
    client, printed = browser(upgraded), handed_out(name)

    data = {"code": printed["spoken_code"], "password": printed["password"], "who": "same"}
    answer = client.post("/", data={"csrf_token": client.token("/"), **data})

    assert answer.status_code == 303


def test_links_that_opened_nothing_before_open_nothing_now(upgraded: Flask) -> None:
    assert open_link(browser(upgraded), FACTS["renewed_before"]["token"]) == 404
    assert open_link(browser(upgraded), handed_out("cancelled")["token"]) == 410
    assert open_link(browser(upgraded), handed_out("past")["token"]) == 410


def test_somebody_on_the_way_keeps_place_checks_and_conversation(upgraded: Flask) -> None:
    state = state_of(browser_of(upgraded, "amina"))

    assert state["presence"] == "on_path"
    assert state["stuck"] is True
    assert state["checks"]["device"]["level"] == "good"
    assert state["checks"]["camera"] == {"level": "refused", "code": "camera.denied"}
    assert [line["text"] for line in state["messages"]] == [
        "Je ne trouve pas le bouton.",
        "À gauche de l’adresse.",
    ]


def test_somebody_who_waits_goes_on_waiting_and_is_let_in(upgraded: Flask) -> None:
    robert, lea = browser_of(upgraded, "robert"), signed_in(upgraded, "lea")

    assert state_of(robert)["presence"] == "waiting"
    # An open page says so four times a minute.
    robert.post("/parcours/presence", json={}, headers={"X-CSRFToken": robert.token()})
    board = lea.get("/agent/").text
    form = re.search(r'action="(/agent/[^"]*2/admettre)"', board)
    assert form
    lea.post(form[1], data={"csrf_token": lea.token()})

    assert state_of(robert)["presence"] == "admitted"


def test_the_board_shows_who_was_on_the_way_and_why_they_are_stuck(upgraded: Flask) -> None:
    board = signed_in(upgraded, "lea").get("/agent/").text

    for name in ("Amina Benali", "Robert", "Inès", "Moussa Traoré", "Paul Martin"):
        assert name in board
    assert "Sonia Lopez" not in board


def test_a_card_printed_now_carries_the_link_of_the_card_printed_before(
    upgraded: Flask, tmp_path: Path
) -> None:
    printed = handed_out("amina")
    answer = signed_in(upgraded, "lea").get(f"/agent/rendez-vous/{printed['id']}/carte.pdf")
    assert answer.status_code == 200

    card = Paper(tmp_path / "card.pdf")
    card.path.write_bytes(answer.data)

    (code,) = card.codes()
    assert code.text == f"{FACTS['base_url']}/rdv#{printed['token']}"
    assert printed["spoken_code"] in card.text
    assert printed["password"] in card.text


def test_messages_due_leave_once_with_the_links_of_before(
    upgraded: Flask, settings: Settings, mailbox: Mailbox, gateway: SmsGatewayServer
) -> None:
    delivery = Delivery(settings)
    at_reminders = NOW + timedelta(minutes=10)
    with clock.fixed(at_reminders):
        for lane in delivery.lanes:
            while lane.step():
                pass
    delivery.close()

    mails = "\n".join(
        mime.get_body(("plain",)).get_content()  # type: ignore[union-attr]
        for mime in mailbox.arrived
    )
    assert sorted(set(mailbox.recipients)) == ["amina@exemple.fr", "moussa@exemple.fr"]
    for name in ("amina", "moved"):
        assert mails.count(f"/rdv#{handed_out(name)['token']}") == 1
    texts = "\n".join(str(sms) for sms in gateway.taken)
    assert texts.count(handed_out("robert")["token"]) == 1
    assert handed_out("cancelled")["token"] not in texts


def test_another_house_still_sees_only_its_own(upgraded: Flask) -> None:
    karim = signed_in(upgraded, "karim")

    assert "Sonia Lopez" in karim.get("/agent/").text
    assert karim.get(f"/agent/rendez-vous/{handed_out('amina')['id']}").status_code == 404

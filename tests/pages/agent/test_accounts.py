"""One account for its manager, one's own account, and a forgotten password."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from kiosk import clock
from kiosk.appointments.model import Appointment
from kiosk.calls import participants
from kiosk.calls.model import Presence
from kiosk.houses import accounts, sign_ins, store
from kiosk.houses.model import Role
from kiosk.notifications import queue
from kiosk.storage.database import writing
from tests.builders.cast import PASSWORD, Cast
from tests.pages.agent.conftest import signed_in
from tests.pages.inspector import InspectingClient

TEAM = "/agent/equipe"
ACCOUNT = "/agent/mot-de-passe"
FORGOTTEN = "/agent/mot-de-passe-oublie"
NEW_PASSWORD = "trois mots choisis"


def post(client: InspectingClient, path: str, **data: object) -> TestResponse:
    return client.post(path, data={"csrf_token": client.token("/agent/"), **data})


def link_in(page: TestResponse) -> str:
    found = re.search(r'data-copied="[^"]*/agent/nouveau-mot-de-passe#([\w-]{22})"', page.text)
    assert found is not None
    return found[1]


def choose(app: Flask, token: str) -> TestResponse:
    client = app.test_client()
    data = {"csrf_token": client.token(), "token": token, "password": NEW_PASSWORD}  # type: ignore[attr-defined]
    return client.post("/agent/nouveau-mot-de-passe", data=data)


def opens(session: Session, login: str, password: str) -> bool:
    session.rollback()
    try:
        accounts.check_password(session, login, password)
    except Exception:
        return False
    return True


# -- invitation ------------------------------------------------------------------------------------


def test_an_invitation_needs_a_name_alone_and_goes_to_the_address(
    nadia: InspectingClient, session: Session
):
    page = post(
        nadia,
        f"{TEAM}/comptes",
        **{
            "account-name": "Inès Petit",
            "account-email": "ines@exemple.fr",
            "account-role": "agent",
            "account-login": "",
        },
    )

    assert page.status_code == 201
    made = store.agent_by_login(session, "ines.petit")
    assert made is not None
    assert made.email == "ines@exemple.fr"
    (message,) = queue.recent(session)
    assert (message.kind, message.recipient) == ("account_invitation", "ines@exemple.fr")
    assert link_in(page) not in str(vars(message))


# -- an account, for its manager -------------------------------------------------------------------


def test_a_manager_changes_name_address_and_role(
    nadia: InspectingClient, session: Session, cast: Cast
):
    page = f"{TEAM}/comptes/{cast.lea.id}"
    assert "Léa Martin" in nadia.get(page).text

    done = post(
        nadia, f"{page}/modifier", name="Léa Martin-Roux", email="Lea@EXEMPLE.fr", role="manager"
    )

    assert done.status_code == 302
    session.rollback()
    assert (cast.lea.name, cast.lea.email) == ("Léa Martin-Roux", "Lea@exemple.fr")
    assert cast.lea.manages(cast.sainte_foy.id)


def test_the_last_manager_keeps_the_role_where_there_is_no_administrator(
    nadia: InspectingClient, session: Session, cast: Cast
):
    with writing(session):
        cast.odile.active = False

    page = post(
        nadia, f"{TEAM}/comptes/{cast.nadia.id}/modifier", name="Nadia", email="", role="agent"
    )

    assert "dernier responsable de cet espace" in page.text
    session.rollback()
    assert cast.nadia.role_in(cast.sainte_foy.id) == Role.MANAGER
    assert cast.nadia.name == "Nadia Roux"


def test_a_link_replaces_the_password_once_it_is_used_and_ends_the_sessions(
    app: Flask, nadia: InspectingClient, lea: InspectingClient, session: Session, cast: Cast
):
    page = post(nadia, f"{TEAM}/comptes/{cast.lea.id}/lien")
    assert opens(session, "lea", PASSWORD)

    assert choose(app, link_in(page)).status_code == 302

    assert opens(session, "lea", NEW_PASSWORD)
    assert not opens(session, "lea", PASSWORD)
    assert lea.get("/agent/").status_code == 302
    again = choose(app, link_in(page))
    assert again.status_code == 404
    assert "Ce lien ne marche plus" in again.text


def test_wrong_links_lock_nobody_behind_the_same_address_out(
    app: Flask, nadia: InspectingClient, cast: Cast
):
    good = link_in(post(nadia, f"{TEAM}/comptes/{cast.lea.id}/lien"))

    refused = [choose(app, "x" * 22).status_code for _ in range(12)]

    assert set(refused) == {404}
    assert choose(app, good).status_code == 302


def test_who_has_chosen_a_password_signs_in_though_others_guess_at_their_login(
    app: Flask, nadia: InspectingClient, client: InspectingClient, cast: Cast
):
    def sign_in(browser: InspectingClient, password: str) -> int:
        data = {"csrf_token": browser.token(), "login": "lea", "password": password}
        return browser.post("/agent/connexion", data=data).status_code

    token = link_in(post(nadia, f"{TEAM}/comptes/{cast.lea.id}/lien"))
    for _ in range(10):
        sign_in(app.test_client(), "not it at all")  # type: ignore[arg-type]
    assert sign_in(client, PASSWORD) == 429

    chosen = {"csrf_token": client.token(), "token": token, "password": NEW_PASSWORD}
    client.post("/agent/nouveau-mot-de-passe", data=chosen)

    assert sign_in(client, NEW_PASSWORD) == 302


@pytest.mark.parametrize("who", ["paul", "odile"])
def test_a_manager_makes_no_link_to_an_account_that_opens_more_than_their_house(
    nadia: InspectingClient, session: Session, cast: Cast, who: str
):
    with writing(session):
        if who == "odile":
            accounts.join_house(session, cast.sainte_foy, "odile", Role.AGENT)
    page = f"{TEAM}/comptes/{getattr(cast, who).id}"

    assert "seul un administrateur" in nadia.get(page).text
    assert post(nadia, f"{page}/lien").status_code == 403
    changed = post(nadia, f"{page}/modifier", name="X Y", email="mine@exemple.fr", role="agent")
    assert changed.status_code == 403
    session.rollback()
    assert getattr(cast, who).email == ""


def test_a_manager_who_adds_somebody_of_another_house_sees_and_does_what_concerns_their_own(
    app: Flask, karim: InspectingClient, lea: InspectingClient, session: Session, cast: Cast
):
    with writing(session):
        cast.lea.email = "lea@exemple.fr"
        accounts.join_house(session, cast.castillon, "lea", Role.AGENT)
        cast.karim.memberships[0].role = Role.MANAGER
    page = f"{TEAM}/comptes/{cast.lea.id}"

    shown = karim.get(page).text
    renamed = post(karim, f"{page}/modifier", name="Jean Voleur", role="agent")
    signed_out = post(karim, f"{page}/deconnecter")
    own_house = post(karim, f"{page}/modifier", role="manager")

    assert "lea@exemple.fr" not in shown
    assert "vu pour la dernière fois" not in shown
    assert (renamed.status_code, signed_out.status_code, own_house.status_code) == (403, 403, 302)
    assert lea.get("/agent/").status_code == 200
    session.rollback()
    assert (cast.lea.name, cast.lea.email) == ("Léa Martin", "lea@exemple.fr")
    assert cast.lea.manages(cast.castillon.id)


def test_a_corrected_address_makes_the_link_to_the_wrong_one_worthless(
    app: Flask, nadia: InspectingClient, session: Session, cast: Cast
):
    page = f"{TEAM}/comptes/{cast.lea.id}"
    to_a_stranger = link_in(post(nadia, f"{page}/lien"))

    post(nadia, f"{page}/modifier", name="Léa Martin", email="lea@exemple.fr", role="agent")

    assert choose(app, to_a_stranger).status_code == 404
    still_good = link_in(post(nadia, f"{page}/lien"))
    post(nadia, f"{page}/modifier", name="Léa Roux", email="lea@exemple.fr", role="agent")
    assert choose(app, still_good).status_code == 302


def test_an_account_of_another_house_does_not_exist(nadia: InspectingClient, cast: Cast):
    page = f"{TEAM}/comptes/{cast.karim.id}"

    assert nadia.get(page).status_code == 404
    for action in ("modifier", "lien", "deconnecter", "fermer", "rouvrir"):
        assert post(nadia, f"{page}/{action}").status_code == 404


def test_whoever_leaves_hands_their_appointments_over(
    nadia: InspectingClient, session: Session, book: Callable[..., Appointment], cast: Cast
):
    appointment = book()
    page = f"{TEAM}/comptes/{cast.lea.id}"
    assert "Un rendez-vous à venir change de mains" in nadia.get(page).text

    refused = post(nadia, f"{page}/fermer")
    assert "Choisissez qui reprend les rendez-vous" in refused.text
    stranger = post(nadia, f"{page}/fermer", colleague=cast.karim.id)
    assert "Choisissez qui reprend les rendez-vous" in stranger.text
    done = post(nadia, f"{page}/fermer", colleague=cast.nadia.id)

    assert done.location.endswith("fait=ferme")
    session.rollback()
    assert appointment.agent is cast.nadia
    assert not cast.lea.active


def test_a_closed_account_is_opened_again_with_a_new_password(
    app: Flask, nadia: InspectingClient, session: Session, cast: Cast
):
    post(nadia, f"{TEAM}/comptes/{cast.lea.id}/fermer")
    page = post(nadia, f"{TEAM}/comptes/{cast.lea.id}/rouvrir")

    assert not opens(session, "lea", PASSWORD)
    choose(app, link_in(page))
    assert opens(session, "lea", NEW_PASSWORD)


# -- devices ---------------------------------------------------------------------------------------


def test_devices_are_listed_and_ended_one_by_one_and_all_at_once(app: Flask, lea: InspectingClient):
    second, third = signed_in(app, "lea"), signed_in(app, "lea")
    page = lea.get(ACCOUNT).text
    assert page.count("vu pour la dernière fois") == 3
    assert page.count("cet appareil") == 1
    numbers = re.findall(r"/agent/appareils/(\d+)/deconnecter", page)

    post(lea, f"/agent/appareils/{min(numbers, key=int)}/deconnecter")

    assert [one.get("/agent/").status_code for one in (lea, second, third)] == [200, 302, 200]
    post(lea, "/agent/appareils/deconnecter")
    assert [one.get("/agent/").status_code for one in (lea, third)] == [200, 302]


def test_nobody_ends_the_session_of_another_account(
    app: Flask, lea: InspectingClient, nadia: InspectingClient
):
    signed_in(app, "lea")
    found = re.search(r"/agent/appareils/(\d+)/deconnecter", lea.get(ACCOUNT).text)
    assert found is not None

    post(nadia, found[0])

    assert lea.get(ACCOUNT).text.count("vu pour la dernière fois") == 2


def test_a_manager_ends_all_sessions_of_an_agent(
    nadia: InspectingClient, lea: InspectingClient, cast: Cast
):
    post(nadia, f"{TEAM}/comptes/{cast.lea.id}/deconnecter")

    assert lea.get("/agent/").status_code == 302
    assert nadia.get("/agent/").status_code == 200


@pytest.mark.parametrize("by", ["a manager", "another password"])
def test_a_lost_computer_that_is_signed_out_is_put_out_of_the_call(
    app: Flask,
    nadia: InspectingClient,
    session: Session,
    book: Callable[..., Appointment],
    cast: Cast,
    now: datetime,
    by: str,
):
    with writing(session):
        seat = participants.take_seat(
            session, book().room, agent_id=cast.lea.id, name="Léa", now=now
        )
        seat.peer = "lost"
    page = f"{TEAM}/comptes/{cast.lea.id}"

    if by == "a manager":
        post(nadia, f"{page}/deconnecter")
    else:
        choose(app, link_in(post(nadia, f"{page}/lien")))

    session.rollback()
    assert (seat.presence, seat.peer) == (Presence.REMOVED, None)


def test_signing_out_ends_a_cookie_that_was_copied(app: Flask, lea: InspectingClient):
    copied = app.test_client()
    with lea.session_transaction() as cookie:
        held = dict(cookie)
    with copied.session_transaction() as cookie:
        cookie.update(held)
    assert copied.get("/agent/").status_code == 200

    post(lea, "/agent/deconnexion")

    assert copied.get("/agent/").status_code == 302


def test_when_a_device_was_seen_is_noted_every_few_minutes(
    lea: InspectingClient, session: Session, cast: Cast, now: datetime
):
    for minutes, noted in ((4, 0), (6, 6), (8, 6)):
        with clock.fixed(now + timedelta(minutes=minutes)):
            lea.get("/agent/")
            session.rollback()
            (row,) = sign_ins.of(session, cast.lea.id, now=clock.now())
            assert row.seen_at == now + timedelta(minutes=noted)


def test_one_s_own_address_is_changed_with_the_password_only(
    lea: InspectingClient, session: Session, cast: Cast
):
    typed = {"address-email": "lea@exemple.fr"}

    wrong = post(lea, "/agent/mon-adresse", **typed, **{"address-present": "x"})
    assert "Ce n’est pas votre mot de passe actuel" in wrong.text
    session.rollback()
    assert cast.lea.email == ""
    post(lea, "/agent/mon-adresse", **typed, **{"address-present": PASSWORD})

    session.rollback()
    assert cast.lea.email == "lea@exemple.fr"


# -- a forgotten password --------------------------------------------------------------------------


def ask(client: InspectingClient, who: str) -> TestResponse:
    return client.post(FORGOTTEN, data={"csrf_token": client.token(), "who": who})


def test_a_link_is_sent_to_the_account_s_address(
    client: InspectingClient, session: Session, cast: Cast
):
    with writing(session):
        cast.lea.email = "lea@exemple.fr"

    for who in ("lea", " LEA ", "lea@exemple.fr", "LEA@exemple.FR"):
        ask(client, who)

    session.rollback()
    messages = queue.recent(session)
    assert {(one.kind, one.recipient) for one in messages} == {("account_reset", "lea@exemple.fr")}
    assert len(messages) == 4


def test_the_answer_does_not_tell_whether_there_is_an_account(
    client: InspectingClient, session: Session, cast: Cast
):
    with writing(session):
        cast.lea.email = "lea@exemple.fr"
        cast.karim.email, cast.karim.active = "karim@exemple.fr", False

    answers = {
        re.sub(r'(nonce|content|value)="[^"]+"', "", ask(client, who).text)
        for who in ("lea", "nadia", "karim", "nobody", "nobody@exemple.fr")
    }

    assert len(answers) == 1
    session.rollback()
    assert [one.recipient for one in queue.recent(session)] == ["lea@exemple.fr"]


def test_requests_are_counted_by_login_and_by_address(client: InspectingClient, cast: Cast):
    statuses = [ask(client, "lea").status_code for _ in range(6)]
    assert statuses == [200] * 5 + [429]

    statuses = [ask(client, f"somebody{number}").status_code for number in range(16)]
    assert statuses[-1] == 429
    assert statuses[0] == 200


def test_the_sign_in_page_leads_there(client: InspectingClient):
    assert FORGOTTEN in client.get("/agent/connexion").text
    assert "Aucun e-mail ne part" in ask(client, "somebody").text

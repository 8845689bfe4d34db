"""Signing in and out: what the pages say and do not say, and what ends a session."""

from __future__ import annotations

import contextlib
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from kiosk import clock
from kiosk.agent.sign_in import local_path
from kiosk.errors import NotAllowed
from kiosk.houses import accounts
from kiosk.storage.database import writing
from tests.builders.cast import PASSWORD, Cast
from tests.pages.agent.conftest import signed_in
from tests.pages.inspector import InspectingClient

SENTENCE = "L’identifiant ou le mot de passe ne convient pas."


def try_to_enter(
    client: InspectingClient, login: str, password: str, path: str = "/agent/connexion"
):
    return client.post(
        path, data={"csrf_token": client.token(), "login": login, "password": password}
    )


def test_somebody_not_signed_in_signs_in_and_then_reaches_the_page_they_asked_for(
    client: InspectingClient, cast: Cast
):
    asked = client.get("/agent/rendez-vous?jour=2026-11-24")

    answer = try_to_enter(client, "lea", PASSWORD, asked.location)

    assert answer.location == "/agent/rendez-vous?jour=2026-11-24"
    assert client.get(answer.location).status_code == 200


@pytest.mark.parametrize(("login", "password"), [("lea", "wrong"), ("nobody", PASSWORD)])
def test_a_wrong_password_and_an_unknown_login_read_the_same(
    client: InspectingClient, cast: Cast, login: str, password: str
):
    page = try_to_enter(client, login, password)

    assert SENTENCE in page.text
    assert f'value="{login}"' in page.text
    assert password not in page.text
    assert client.get("/agent/").status_code == 302


def test_a_login_may_be_written_in_capitals(client: InspectingClient, cast: Cast):
    assert try_to_enter(client, " LEA ", PASSWORD).status_code == 302


def test_guesses_at_one_login_are_refused_from_any_address(client: InspectingClient, cast: Cast):
    for guess in range(10):
        client.environ_base["REMOTE_ADDR"] = f"203.0.113.{guess}"
        assert try_to_enter(client, "lea", "guess").status_code == 200

    client.environ_base["REMOTE_ADDR"] = "203.0.113.99"
    assert try_to_enter(client, "lea", PASSWORD).status_code == 429


def test_guesses_from_one_address_are_refused_for_any_login(client: InspectingClient, cast: Cast):
    for guess in range(10):
        assert try_to_enter(client, f"someone{guess}", "guess").status_code == 200

    assert try_to_enter(client, "lea", PASSWORD).status_code == 429


def test_ten_right_passwords_are_not_counted_as_guesses(client: InspectingClient, cast: Cast):
    for _ in range(12):
        assert try_to_enter(client, "lea", PASSWORD).status_code == 302


@pytest.mark.parametrize(
    "elsewhere",
    [
        "https://ailleurs.example/agent/",
        "//ailleurs.example/agent/",
        "/\\ailleurs.example/agent/",
        "/agentx",
        "/",
        "/agent/\n",
        "javascript:alert(1)",
        "",
    ],
)
def test_nobody_is_redirected_to_another_site_after_signing_in(elsewhere: str):
    assert local_path(elsewhere) is None


def test_a_session_ends_after_ten_hours(lea: InspectingClient, now: datetime):
    with clock.fixed(now + timedelta(hours=9, minutes=59)):
        assert lea.get("/agent/").status_code == 200

    with clock.fixed(now + timedelta(hours=10)):
        assert lea.get("/agent/").status_code == 302


def test_a_closed_account_is_signed_out_at_its_next_request(
    lea: InspectingClient, session: Session, cast: Cast
):
    with writing(session):
        cast.lea.active = False

    assert lea.get("/agent/").status_code == 302


def test_a_changed_password_ends_the_sessions_opened_with_the_old_one(
    lea: InspectingClient, session: Session, cast: Cast
):
    with writing(session):
        cast.lea.password_digest = cast.nadia.password_digest

    assert lea.get("/agent/").status_code == 302


def test_signing_in_keeps_only_the_language_of_the_former_session(
    client: InspectingClient, cast: Cast
):
    with client.session_transaction() as cookie:
        cookie["planted"] = "by somebody else"
        cookie["language"] = "en"

    try_to_enter(client, "lea", PASSWORD)

    with client.session_transaction() as cookie:
        assert "planted" not in cookie
        assert cookie["language"] == "en"


def test_signing_out_is_a_post_and_closes_every_page(lea: InspectingClient):
    assert lea.get("/agent/deconnexion").status_code == 405

    lea.post("/agent/deconnexion", data={"csrf_token": lea.token("/agent/")})

    assert lea.get("/agent/").status_code == 302


def test_a_script_without_a_session_gets_401_and_a_code(client: InspectingClient, cast: Cast):
    answer = client.get("/agent/etat", headers={"Accept": "application/json"})

    assert answer.status_code == 401
    assert answer.json["error"]["code"] == "access.sign_in"


def test_the_sign_in_page_speaks_english(client: InspectingClient, cast: Cast):
    page = client.get("/agent/connexion?lang=en")

    assert "<h1" in page.text
    assert "sign-in" in page.text


def change_password(client: InspectingClient, present: str, new: str):
    path = "/agent/mot-de-passe"
    data = {"csrf_token": client.token(path), "present": present, "new": new}
    return client.post(path, data=data)


def test_a_new_password_ends_the_other_sessions_and_keeps_this_one(
    app: Flask, lea: InspectingClient
):
    elsewhere = signed_in(app, "lea")

    changed = change_password(lea, PASSWORD, "trois mots ensemble")

    assert changed.location == "/agent/mot-de-passe?fait=change"
    assert lea.get("/agent/").status_code == 200
    assert elsewhere.get("/agent/").status_code == 302
    assert try_to_enter(elsewhere, "lea", PASSWORD).status_code == 200
    assert try_to_enter(elsewhere, "lea", "trois mots ensemble").status_code == 302


@pytest.mark.parametrize(
    ("present", "new", "sentence"),
    [
        ("wrong", "trois mots ensemble", "Ce n’est pas votre mot de passe actuel."),
        (PASSWORD, "court", "Un mot de passe a au moins 10"),
        (PASSWORD, " " * 12, "Un mot de passe a au moins 10"),
    ],
)
def test_a_password_is_not_changed_without_the_present_one_nor_to_a_short_one(
    client: InspectingClient, lea: InspectingClient, present: str, new: str, sentence: str
):
    assert sentence in change_password(lea, present, new).text

    assert try_to_enter(client, "lea", PASSWORD).status_code == 302


def test_nobody_locks_an_agent_out_of_the_computer_they_work_at(
    app: Flask, client: InspectingClient, cast: Cast
):
    desk = signed_in(app, "lea")
    for guess in range(12):
        client.environ_base["REMOTE_ADDR"] = f"203.0.113.{guess}"
        try_to_enter(client, "lea", "guess")
    for _ in range(12):
        client.environ_base["REMOTE_ADDR"] = "127.0.0.1"
        try_to_enter(client, "someone", "guess")

    desk.post("/agent/deconnexion", data={"csrf_token": desk.token("/agent/")})

    assert try_to_enter(client, "lea", PASSWORD).status_code == 429
    assert try_to_enter(desk, "lea", PASSWORD).status_code == 302


def test_a_known_browser_is_known_for_its_own_account_only_and_is_counted_too(
    app: Flask, cast: Cast
):
    desk = signed_in(app, "lea")
    for _ in range(10):
        assert try_to_enter(desk, "nadia", "guess").status_code == 200
    assert try_to_enter(desk, "nadia", PASSWORD).status_code == 429

    for _ in range(10):
        assert try_to_enter(desk, "lea", "guess").status_code == 200
    assert try_to_enter(desk, "lea", PASSWORD).status_code == 429


def test_a_browser_is_known_no_more_once_the_password_was_replaced(
    app: Flask, client: InspectingClient, session: Session, cast: Cast
):
    desk = signed_in(app, "lea")
    with writing(session):
        cast.lea.password_digest = cast.nadia.password_digest + " "
    for guess in range(10):
        client.environ_base["REMOTE_ADDR"] = f"203.0.113.{guess}"
        try_to_enter(client, "lea", "guess")

    assert try_to_enter(desk, "lea", PASSWORD).status_code == 429


def test_an_ipv6_line_is_counted_by_its_64(client: InspectingClient, cast: Cast):
    for guess in range(10):
        client.environ_base["REMOTE_ADDR"] = f"2001:db8::{guess + 1}"
        assert try_to_enter(client, f"someone{guess}", "guess").status_code == 200

    client.environ_base["REMOTE_ADDR"] = "2001:db8::ffff"
    assert try_to_enter(client, "lea", PASSWORD).status_code == 429


def test_parallel_guesses_are_counted_before_they_are_checked(
    app: Flask, cast: Cast, monkeypatch: pytest.MonkeyPatch
):
    checked: list[str] = []
    together = threading.Barrier(2, timeout=1)

    def slowly(_session: Session, _login: str, password: str) -> None:
        checked.append(password)
        with contextlib.suppress(threading.BrokenBarrierError):
            together.wait()  # nobody is answered before everybody has been counted
        raise NotAllowed("sign_in.wrong")

    monkeypatch.setattr(accounts, "check_password", slowly)
    people = [app.test_client() for _ in range(14)]
    tokens = [one.token() for one in people]  # type: ignore[attr-defined]

    def guess(number: int) -> int:
        data = {"csrf_token": tokens[number], "login": "lea", "password": f"guess {number}"}
        answer = people[number].post("/agent/connexion", data=data, inspect=False)
        return answer.status_code

    with ThreadPoolExecutor(14) as pool:
        statuses = list(pool.map(guess, range(14)))

    assert len(checked) == 10
    assert sorted(statuses) == [200] * 10 + [429] * 4


def test_a_crowd_of_passwords_leaves_threads_to_other_pages(
    client: InspectingClient, cast: Cast, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(accounts, "_places", threading.BoundedSemaphore(1))
    assert accounts._places.acquire()

    answer = try_to_enter(client, "lea", PASSWORD)

    assert answer.status_code == 503
    assert answer.headers["Retry-After"] == "3"
    assert "Votre mot de passe n’a pas été essayé" in answer.text
    accounts._places.release()
    assert try_to_enter(client, "lea", PASSWORD).status_code == 302

"""What programs and odd browsers send: answered with a stable code, never with 500."""

from __future__ import annotations

import json
import time
from datetime import datetime, timedelta

import pytest
from flask import Flask
from itsdangerous import TimestampSigner
from sqlalchemy.orm import Session

from kiosk import clock
from kiosk.appointments import booking
from kiosk.realtime import tickets
from kiosk.realtime.tickets import BadTicket
from tests.builders.remembering_engine import RememberingEngine
from tests.pages.citizen.conftest import Citizen, Room, appointment, plain
from tests.pages.inspector import InspectingClient

BAD_BODIES = [
    b'{"text": "\\ud83d", "name": "\\ud83d", "step": "\\ud83d", "reason": "\\ud83d"}',
    b'{"text": "a\\u0000b", "name": "a\\u0000b"}',
    b'{"kind": {"a": ["\\ud800"]}, "check": "camera", "figures": {"\\udfff": 1}}',
    b'{"text": "\xed\xa0\x80"}',
    '{"text": "\ud83d"}'.encode("utf-16", "surrogatepass"),
]
COMMANDS = ("etape", "appareil", "verification", "aide", "message", "nom", "media/offre")


@pytest.mark.parametrize("body", BAD_BODIES, ids=range(len(BAD_BODIES)))
@pytest.mark.parametrize("path", COMMANDS)
def test_a_text_that_cannot_be_stored_is_refused_with_a_code(
    amina: Citizen, path: str, body: bytes
):
    answer = amina.browser.post(
        f"/parcours/{path}",
        data=body,
        content_type="application/json",
        headers={"X-CSRFToken": amina.browser.token()},
    )

    assert answer.status_code == 400
    assert answer.get_json()["error"]["code"] == "request.bad_text"


def test_an_emoji_that_a_program_writes_in_two_halves_is_kept(amina: Citizen):
    answer = amina.browser.post(
        "/parcours/nom",
        data=json.dumps({"name": "Zoé 😀"}, ensure_ascii=True),
        content_type="application/json",
        headers={"X-CSRFToken": amina.browser.token()},
    )

    assert answer.get_json()["name"] == "Zoé 😀"


@pytest.mark.parametrize("path", ["/?lost=%00", "/rdv?a%00b=1", "/parcours/%00", "/guides/a%00"])
def test_the_sign_of_value_zero_is_refused_wherever_it_stands(client: InspectingClient, path: str):
    answer = client.get(path)

    assert answer.status_code == 400
    assert "Ce texte contient un signe illisible" in plain(answer.text)


@pytest.mark.parametrize(
    "wanted",
    ["bytes=²-", "bytes=-²", "bytes=0-²", "bytes=--", "bytes=9-1", "octets=1-2"],
)
def test_a_range_that_cannot_be_counted_gets_the_whole_file(client: InspectingClient, wanted: str):
    address = "/static/images/favicon.png"

    answer = client.get(address, headers={"Range": wanted.encode().decode("latin-1")})

    assert answer.status_code == 200
    assert client.get(address, headers={"Range": wanted}).status_code in (200, 206, 416)


def test_without_cookies_the_page_says_so(app: Flask, room: Room):
    without = app.test_client(use_cookies=False)

    by_link = without.post("/rdv", data={"csrf_token": "x", "token": room.keys.token})
    by_code = without.post("/", data={"csrf_token": "x", "code": "1", "password": "x"})

    for answer in (by_link, by_code):
        assert answer.status_code == 400
        assert "Votre navigateur ne garde pas le cookie de ce site" in plain(answer.text)


def test_with_a_cookie_an_old_page_is_still_an_old_page(citizen: Citizen):
    citizen.browser.get("/")

    answer = citizen.browser.post("/", data={"csrf_token": "x", "code": "1", "password": "x"})

    assert "La page est restée ouverte trop longtemps" in plain(answer.text)


def test_no_translator_and_no_telephone_touches_what_is_typed(citizen: Citizen):
    page = citizen.browser.get("/").text

    assert '<meta name="format-detection" content="telephone=no">' in page
    for field in ("code", "password"):
        tag = next(tag for tag in page.split("<") if f'id="{field}"' in tag)
        assert 'translate="no"' in tag


def set_back(monkeypatch: pytest.MonkeyPatch, seconds: int) -> None:
    """Set back the clock by which signatures are dated."""
    monkeypatch.setattr(TimestampSigner, "get_timestamp", lambda _: int(time.time()) - seconds)


def test_a_clock_set_back_loses_no_visit(
    amina: Citizen, monkeypatch: pytest.MonkeyPatch, now: datetime
):
    set_back(monkeypatch, 2 * 3600)
    with clock.fixed(now - timedelta(hours=2)):
        page = amina.browser.get("/parcours/camera")
        knocked = amina.sends("frapper")

    assert page.status_code == 200
    assert knocked.get_json()["presence"] == "waiting"
    assert amina.state().status_code == 200


def test_a_clock_set_back_opens_no_room_that_was_moved(
    amina: Citizen, room: Room, context: Session, now: datetime
):
    booking.move(
        context,
        RememberingEngine(),
        appointment(context, room),
        starts_at=now + timedelta(days=7),
        duration_min=30,
        now=now,
    )
    with clock.fixed(now - timedelta(hours=2)):
        assert amina.browser.get("/parcours/camera").status_code == 403


def test_a_ticket_outlives_a_clock_set_back_and_not_its_own_day(monkeypatch: pytest.MonkeyPatch):
    ticket = tickets.issue("a-key-for-tests-only", ["room:1"])

    set_back(monkeypatch, 2 * 3600)
    assert tickets.read("a-key-for-tests-only", ticket).topics == {"room:1"}
    set_back(monkeypatch, -13 * 3600)
    with pytest.raises(BadTicket):
        tickets.read("a-key-for-tests-only", ticket)
    set_back(monkeypatch, 48 * 3600)
    with pytest.raises(BadTicket):
        tickets.read("a-key-for-tests-only", ticket)


def test_a_ticket_that_is_no_text_is_no_ticket():
    with pytest.raises(BadTicket):
        tickets.read("a-key-for-tests-only", "\ud83d.a.b")

"""What the path's commands refuse: from whom, and with which code."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from kiosk.assist import store as assist
from kiosk.visits.model import Visit
from tests.pages.citizen.conftest import Citizen
from tests.pages.inspector import InspectingClient

GOOD_NETWORK = {
    "loss_percent": 0.0,
    "rtt_ms": 31.5,
    "jitter_ms": 4.0,
    "up_kbps": 800.0,
    "down_kbps": 800.0,
}
COMMANDS = (
    *("etape", "appareil", "verification", "aide", "aide/fin", "message", "nom", "frapper"),
    *("presence", "media/offre", "media/reponse", "media/quitter"),
)


@pytest.mark.parametrize(
    "body",
    [
        {"check": "network", "figures": {**GOOD_NETWORK, "rtt_ms": -1}},
        {"check": "network", "figures": {**GOOD_NETWORK, "rtt_ms": "fast"}},
        {"check": "network", "figures": {**GOOD_NETWORK, "rtt_ms": 1e99}},
        {"check": "network", "figures": []},
        {"check": "camera", "error": "<script>"},
        {"check": "camera", "error": {"a": 1}},
    ],
)
def test_impossible_figures_are_refused_with_a_stable_code(amina: Citizen, body: dict[str, Any]):
    answer = amina.sends("verification", **body)

    assert answer.status_code == 400
    assert answer.get_json()["error"]["code"] == "check.bad_figures"


def test_not_a_number_is_refused_too(amina: Citizen):
    body = '{"check": "network", "figures": {"rtt_ms": NaN}}'
    headers = {"X-CSRFToken": amina.browser.token()}

    answer = amina.browser.post(
        "/parcours/verification", data=body, content_type="application/json", headers=headers
    )

    assert answer.get_json()["error"]["code"] == "check.bad_figures"


@pytest.mark.parametrize("command", COMMANDS)
def test_a_browser_without_a_visit_may_ask_nothing(
    app: Flask, amina: Citizen, visit: Visit, context: Session, command: str
):
    stranger = app.test_client()
    assert isinstance(stranger, InspectingClient)

    answer = Citizen(stranger).sends(command, step="end", reason="camera.denied", text="Bonjour")

    context.refresh(visit)
    assert answer.status_code == 403
    assert answer.get_json()["error"]["code"] == "path.no_visit"
    assert (visit.step, visit.stuck_since) == ("welcome", None)
    assert assist.conversation(context, visit.id) == []


def test_a_stranger_reads_no_state(app: Flask, amina: Citizen):
    stranger = app.test_client()
    assert isinstance(stranger, InspectingClient)

    assert Citizen(stranger).state().status_code == 403


@pytest.mark.parametrize("command", COMMANDS)
def test_commands_need_the_pages_own_token(amina: Citizen, command: str):
    answer = amina.browser.post(f"/parcours/{command}", json={})

    assert answer.status_code == 400
    assert answer.get_json()["error"]["code"] == "form.expired"


HALF_A_PAIR = "\\ud800"
HUGE = "9" * 400
DEEP = "[" * 100_000


@pytest.mark.parametrize(
    ("command", "body", "code"),
    [
        ("etape", '{"step": 7}', "path.bad_request"),
        ("etape", "{}", "path.bad_request"),
        ("etape", f'{{"step": "{HALF_A_PAIR}"}}', "request.bad_text"),
        ("etape", f'{{"step": "{"x" * 61}"}}', "path.bad_request"),
        ("etape", '{"step": "nowhere"}', "path.unknown_step"),
        ("etape", DEEP, "path.bad_request"),
        ("message", '{"text": ["a"]}', "path.bad_request"),
        ("message", f'{{"text": "a {HALF_A_PAIR} b"}}', "request.bad_text"),
        ("message", f'{{"text": "{"x" * 10_001}"}}', "path.bad_request"),
        ("message", '{"text": null}', "path.bad_request"),
        ("nom", f'{{"name": "{HALF_A_PAIR}"}}', "request.bad_text"),
        ("nom", '{"name": {"first": "Zoé"}}', "path.bad_request"),
        ("aide", f'{{"reason": {HUGE}}}', "path.bad_request"),
        ("verification", f'{{"check": {HUGE}}}', "path.bad_request"),
        ("verification", f'{{"check": "{HALF_A_PAIR}"}}', "request.bad_text"),
        ("verification", '{"check": "tea"}', "check.unknown"),
        ("verification", f'{{"check": "camera", "error": "{HALF_A_PAIR}"}}', "request.bad_text"),
        ("appareil", f'{{"browser": "{HALF_A_PAIR}"}}', "request.bad_text"),
        (
            "verification",
            f'{{"check": "voice", "figures": {{"level_dbfs": -20, "heard_s": {HUGE}}}}}',
            "check.bad_figures",
        ),
        (
            "verification",
            f'{{"check": "voice", "figures": {{"level_dbfs": -20, "{HALF_A_PAIR}": 1}}}}',
            "request.bad_text",
        ),
    ],
)
def test_bodies_of_other_types_or_sizes_are_refused_with_a_stable_code(
    amina: Citizen, command: str, body: str, code: str
):
    headers = {"X-CSRFToken": amina.browser.token()}

    answer = amina.browser.post(
        f"/parcours/{command}", data=body, content_type="application/json", headers=headers
    )

    assert answer.status_code == 400
    assert answer.get_json()["error"]["code"] == code


def test_a_device_that_says_nonsense_is_an_unknown_device(amina: Citizen, visit: Visit):
    headers = {"X-CSRFToken": amina.browser.token()}
    body = f'{{"kind": ["phone"], "browser": "Fire\\tfox", "system": {HUGE}}}'

    answer = amina.browser.post(
        "/parcours/appareil", data=body, content_type="application/json", headers=headers
    )

    assert answer.get_json()["device"] == {"kind": "unknown", "browser": "Firefox", "system": ""}


@pytest.mark.parametrize("number", [2**31, 2**63, 10**40])
def test_an_id_no_table_can_hold_is_not_found(amina: Citizen, number: int):
    headers = {"X-CSRFToken": amina.browser.token()}

    answer = amina.browser.post(f"/agent/visites/{number}/admettre", headers=headers)

    assert answer.status_code == 404


@pytest.mark.parametrize("body", ["[1, 2]", '"text"', "{", ""])
@pytest.mark.parametrize(
    ("command", "code"),
    [
        ("etape", "path.bad_request"),
        ("verification", "path.bad_request"),
        ("message", "path.bad_request"),
        ("media/reponse", "media.bad_request"),
        ("media/quitter", "media.bad_request"),
    ],
)
def test_unreadable_requests_are_refused(amina: Citizen, command: str, code: str, body: str):
    headers = {"X-CSRFToken": amina.browser.token()}

    answer = amina.browser.post(
        f"/parcours/{command}", data=body, content_type="application/json", headers=headers
    )

    assert answer.status_code == 400
    assert answer.get_json()["error"]["code"] == code

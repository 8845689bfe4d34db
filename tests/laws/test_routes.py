"""The ledger of routes: each one with who may open it, checked by asking the application.

``tests/data/routes.txt`` is what was agreed; a new route, a lost one or a changed right shows up
here and has to be written down. No source is read: each person sends a request to every route.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from kiosk import clock
from kiosk.agent import sign_in
from kiosk.calls import participants
from kiosk.houses import sign_ins
from kiosk.houses.model import Agent, House, Role
from kiosk.settings import Settings
from kiosk.storage.database import Database, writing
from kiosk.web.limits import limiter
from tests.builders import cast as builders
from tests.builders.applications import application
from tests.builders.cast import arrived, booked

LEDGER = Path(__file__).parents[1] / "data" / "routes.txt"
NOW = datetime(2026, 11, 23, 13, 30, tzinfo=UTC)
PEOPLE = ("anonymous", "citizen", "agent", "manager")
ASIDE = {"static"}


class Town:
    """An application with everything a route's address may name, and a cookie for each person."""

    def __init__(self, folder: Path) -> None:
        settings = Settings(secret_key="a-key-for-tests-only-and-nothing-else", instance_dir=folder)
        self.app: Flask = application(settings)
        self.app.config["WTF_CSRF_ENABLED"] = False
        limiter.enabled = False
        self._database = Database(settings.sqlalchemy_url)
        with self._database.session() as session:
            keys = self.app.extensions["gate"].keys
            cast = builders.settle(session)
            walked = booked(session, keys, cast.lea, now=NOW)
            citizen = arrived(session, walked, now=NOW)
            # What agents may cancel, refuse or close is not what the citizen walks along.
            handled = booked(session, keys, cast.lea, now=NOW)
            visit = arrived(session, handled, now=NOW, waiting=True)
            with writing(session):
                for one in (cast.lea, cast.nadia, cast.odile):
                    participants.take_seat(
                        session, handled.room, agent_id=one.id, name=one.name, now=NOW
                    )
            self.names: dict[str, object] = {
                "appointment_id": handled.id,
                "visit_id": visit.id,
                "room_id": handled.room_id,
                "agent_id": 10_000,
                **dict.fromkeys(("sign_in_id", "closed_id", "absence_id", "reason_id"), 10_000),
                "digest": "0" * 64,
                "slug": "appareil",
                "guide": "rejoindre-ordinateur",
                "code": "gate.wrong",
                "path": "x",
            }
            self._cookies: dict[str, dict[str, Any]] = {
                "anonymous": {},
                "citizen": {"participant": citizen.participant_id},
            }
            self._accounts = {
                "agent": cast.lea.id,
                "manager": cast.nadia.id,
                "administrator": cast.odile.id,
                "agent of another house": cast.karim.id,
                "manager of another house": _manager_of(session, cast.castillon).id,
            }

    def knock(self, who: str, method: str, rule: Rule, **cookies: object) -> TestResponse:
        """Let somebody ask for a route, with nothing in their hands."""
        client: FlaskClient = self.app.test_client()
        with client.session_transaction() as cookie:
            cookie.update(self._cookies_of(who), **cookies)
        values = {name: self.names.get(name, "x") for name in rule.arguments}
        with self.app.test_request_context():
            address = self.app.url_map.bind("localhost").build(rule.endpoint, values, method)
        return client.open(address, method=method)

    def _cookies_of(self, who: str) -> dict[str, Any]:
        """Return who knocks; what was knocked at before may have ended their session."""
        with self._database.session() as session:
            held = self._cookies.get(who)
            if who not in self._accounts:
                return self._cookies[who]
            account = self._accounts[who]
            if held is None or not sign_ins.one(session, held[sign_in.ROW], account):
                held = _signed_in(session, session.get_one(Agent, account))
                self._cookies[who] = held
            return held

    def close(self) -> None:
        """Give everything back."""
        limiter.enabled = True
        self._database.close()


@pytest.fixture
def town(tmp_path: Path) -> Iterator[Town]:
    with clock.fixed(NOW):
        town = Town(tmp_path)
        yield town
        town.close()


def test_every_route_is_open_to_whom_the_ledger_says(town: Town, tmp_path: Path):
    found = sorted(_lines(town))

    agreed = [line for line in LEDGER.read_text().splitlines() if line and line[0] != "#"]
    (tmp_path / "routes.txt").write_text("\n".join(found) + "\n")
    missing = [f"+ {line}" for line in found if line not in agreed]
    gone = [f"- {line}" for line in agreed if line not in found]
    assert not missing + gone, "write these in tests/data/routes.txt:\n" + "\n".join(missing + gone)


def test_the_ledger_is_in_order(town: Town):
    lines = [line for line in LEDGER.read_text().splitlines() if line and line[0] != "#"]

    assert lines == sorted(set(lines))


def test_an_administrator_may_open_what_a_manager_may(town: Town):
    for method, rule in _asked(town):
        opened = [_opens(town.knock(who, method, rule)) for who in ("manager", "administrator")]

        assert opened[0] <= opened[1], f"{method} {rule.rule}"


@pytest.mark.parametrize("who", ["agent of another house", "manager of another house"])
def test_an_appointment_a_room_or_a_visit_is_refused_to_another_house(town: Town, who: str):
    asked = [
        (method, rule)
        for method, rule in _asked(town)
        if {"appointment_id", "visit_id", "room_id"} & rule.arguments
    ]

    assert len(asked) > 10
    for method, rule in asked:
        assert town.knock(who, method, rule).status_code == 404, f"{method} {rule.rule}"


def _manager_of(session: Session, house: House) -> Agent:
    return builders.account(session, house, "mona", "Mona Levy", role=Role.MANAGER)


def _signed_in(session: Session, account: Agent) -> dict[str, object]:
    with writing(session):
        row = sign_ins.add(session, account, kind="", browser="", system="", now=NOW)
        held = {"_user_id": sign_in.SignedIn(account).get_id(), sign_in.ROW: row.id}
    return {**held, "_fresh": True, sign_in.SINCE: NOW.timestamp()}


def _asked(town: Town) -> Iterator[tuple[str, Rule]]:
    for rule in town.app.url_map.iter_rules():
        if rule.endpoint not in ASIDE:
            for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
                yield method, rule


def _lines(town: Town) -> Iterator[str]:
    for method, rule in _asked(town):
        let_in = [who for who in PEOPLE if _opens(town.knock(who, method, rule))]
        people = "everybody" if len(let_in) == len(PEOPLE) else " ".join(let_in) or "nobody"
        yield f"{rule.rule} {method} {people}"


def _opens(answer: TestResponse) -> bool:
    location = answer.headers.get("Location", "")
    sent_away = location.startswith("/agent/connexion") and "fait=" not in location
    return not sent_away and answer.status_code not in (401, 403)

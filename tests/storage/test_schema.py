"""The schema's history leads to the tables the models describe, on both databases."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import Connection, create_engine, inspect, select, text
from sqlalchemy.orm import Session

from kiosk.appointments.model import Appointment, Channel
from kiosk.assist import model as assist
from kiosk.calls.links import RoomKeys
from kiosk.calls.model import Participant
from kiosk.houses.model import Agent
from kiosk.notifications import queue
from kiosk.storage import base, revisions, schema
from kiosk.storage.database import Database, writing
from kiosk.visits import store as visits
from kiosk.visits.model import CheckResult, Visit
from tests.builders import cast

OLD_VISIT = (
    "INSERT INTO house (id, name, phone, email, address, time_zone, territory)"
    " VALUES (:id, 'Foix', '+33561000000', '', '', 'Europe/Paris', 'FR')",
    "INSERT INTO room (id, house_id, seed, generation, link_digest, code_digest, password_digest,"
    " state, opens_at, closes_at, wrong_passwords)"
    " VALUES (:id, :id, '', 1, :step, :step, '', 'open', :now, :now, 0)",
    "INSERT INTO participant (id, room_id, seat, name, language, presence, presence_since,"
    " arrived_at, seen_at)"
    " VALUES (:id, :id, 'citizen', 'Amina', 'fr', 'on_path', :now, :now, :now)",
    "INSERT INTO visit (id, participant_id, step, step_since, device, checks, stuck_reason)"
    " VALUES (:id, :id, :step, :now, '{}', '{}', :reason)",
)
"""What the first schema kept of somebody on the way in."""

OLD_ACCOUNTS = (
    "INSERT INTO house (id, name, phone, email, address, time_zone, territory)"
    " VALUES (1, 'Foix', '+33561000000', '', '', 'Europe/Paris', 'FR'),"
    " (2, 'Pamiers', '+33561000001', '', '', 'Europe/Paris', 'FR')",
    "INSERT INTO agent (id, house_id, login, name, role, password_digest, active)"
    " VALUES (1, 1, 'lea', 'Léa', 'agent', 'x', TRUE),"
    " (2, 1, 'nadia', 'Nadia', 'manager', 'x', TRUE),"
    " (3, 2, 'karim', 'Karim', 'agent', 'x', FALSE)",
)
"""What the first two schemas kept of accounts: one house, one role."""

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)


def test_the_history_leads_to_what_the_models_say(empty_database: str) -> None:
    schema.upgrade(empty_database)

    assert schema.current(empty_database) == schema.newest()
    assert schema.differences(empty_database) == []


def test_upgrading_twice_at_once_is_upgrading_once(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'kiosk.sqlite3'}"

    program = f"from kiosk.storage import schema; schema.upgrade({url!r})"
    both = [subprocess.Popen([sys.executable, "-c", program]) for _ in range(2)]

    assert [process.wait(timeout=60) for process in both] == [0, 0]
    assert schema.differences(url) == []


def test_the_history_can_be_walked_back_to_nothing(empty_database: str) -> None:
    schema.upgrade(empty_database)

    schema.downgrade(empty_database)

    engine = create_engine(empty_database)
    assert inspect(engine).get_table_names() == ["alembic_version"]
    engine.dispose()


def test_a_visit_under_way_keeps_its_step_under_the_new_name(empty_database: str) -> None:
    schema.upgrade(empty_database, to="0001")
    standing = {1: "camera_permission", 2: "microphone_permission", 3: "microphone", 4: "sound"}
    with _written(empty_database) as connection:
        for number, step in standing.items():
            _insert_old_visit(connection, number, step)

    schema.upgrade(empty_database)

    with _written(empty_database) as connection:
        rows = connection.execute(text("SELECT step, stuck_reason FROM visit ORDER BY id"))
        assert [tuple(row) for row in rows] == [
            ("camera", "step.camera"),
            ("microphone", "step.microphone"),
            ("voice", "step.voice"),
            ("sound", "step.sound"),
        ]


def test_somebody_there_at_the_upgrade_holds_the_present_credentials(empty_database: str) -> None:
    schema.upgrade(empty_database, to="0001")
    with _written(empty_database) as connection:
        for number, step in ((1, "sound"), (2, "network")):
            _insert_old_visit(connection, number, step)
        connection.execute(text("UPDATE room SET generation = 3 WHERE id = 2"))

    schema.upgrade(empty_database)

    with _written(empty_database) as connection:
        rows = connection.execute(text("SELECT generation FROM participant ORDER BY id"))
        assert [row[0] for row in rows] == [1, 3]


def test_an_account_of_one_house_keeps_its_house_and_its_role(empty_database: str) -> None:
    schema.upgrade(empty_database, "0003")
    with _written(empty_database) as connection:
        for statement in OLD_ACCOUNTS:
            connection.execute(text(statement))

    schema.upgrade(empty_database)

    database = Database(empty_database)
    with database.session() as session:
        found = session.scalars(select(Agent).order_by(Agent.id)).all()
        assert [
            (one.login, one.active, one.is_administrator, [h.name for h in one.houses])
            for one in found
        ] == [
            ("lea", True, False, ["Foix"]),
            ("nadia", True, False, ["Foix"]),
            ("karim", False, False, ["Pamiers"]),
        ]
        assert [one.memberships[0].role for one in found] == ["agent", "manager", "agent"]
    database.close()

    schema.downgrade(empty_database, "0003")

    with _written(empty_database) as connection:
        rows = connection.execute(text("SELECT login, house_id, role FROM agent ORDER BY id"))
        assert [tuple(row) for row in rows] == [
            ("lea", 1, "agent"),
            ("nadia", 1, "manager"),
            ("karim", 2, "agent"),
        ]


def test_results_kept_with_a_visit_become_rows_in_the_order_they_came(empty_database: str) -> None:
    schema.upgrade(empty_database, to="0001")
    later, earlier = NOON.isoformat(), NOON.replace(hour=11).isoformat()
    checks = {
        "camera": {"verdict": "refused", "code": "camera.denied", "at": later, "figures": {}},
        "device": {"verdict": "good", "code": "device.good", "at": earlier, "figures": {"x": 1.5}},
    }
    with _written(empty_database) as connection:
        _insert_old_visit(connection, 1, "sound")
        connection.execute(text("UPDATE visit SET checks = :it"), {"it": json.dumps(checks)})

    schema.upgrade(empty_database)

    database = Database(empty_database)
    with database.session() as session:
        rows = [(row.code, row.figures, row.at) for row in visits.history(session, 1)]
    database.close()
    assert rows == [
        ("device.good", {"x": 1.5}, NOON.replace(hour=11)),
        ("camera.denied", {}, NOON),
    ]


def test_results_return_to_the_visit_when_the_step_is_walked_back(empty_database: str) -> None:
    schema.upgrade(empty_database, to="0004")
    with _written(empty_database) as connection:
        _insert_old_visit(connection, 1, "sound")
        kept = {"camera": {"verdict": "good", "code": "camera.good", "figures": {}}}
        kept["camera"]["at"] = NOON.isoformat()
        connection.execute(text("UPDATE visit SET checks = :it"), {"it": json.dumps(kept)})
    schema.upgrade(empty_database)

    schema.downgrade(empty_database, to="0004")

    with _written(empty_database) as connection:
        (checks,) = connection.execute(text("SELECT checks FROM visit")).scalars()
    assert (json.loads(checks) if isinstance(checks, str) else checks) == kept


def test_an_appointment_comes_back_as_it_was_booked(empty_database: str) -> None:
    schema.upgrade(empty_database)
    database = Database(empty_database)

    with database.session() as session:
        booked = _book(session)
        with writing(session):
            session.add(
                assist.JournalEntry(
                    visit_id=_visit(session, booked).id, event="visit.opened", at=NOON
                )
            )
            number = booked.id
    with database.session() as session:
        found = session.scalars(select(Appointment)).one()
        visit = session.scalars(select(Visit)).one()
        confirmation, reminder = queue.about(session, "appointment", number)

        assert (found.citizen_name, found.starts_at) == ("Amina Élodie Œuvrard", NOON)
        assert found.starts_at.tzinfo is UTC
        assert found.channel is not None
        assert Channel(found.channel) is Channel.SMS
        assert found.room.participants[0].name == "عائشة"
        (result,) = visits.history(session, visit.id)
        assert (result.check, result.verdict, result.figures) == ("camera", "good", {"fps": 29.5})
        assert confirmation.due_at < reminder.due_at
        assert revisions.current(session, f"house:{found.house_id}") > 0
    database.close()


@pytest.mark.parametrize("table", sorted(base.Base.metadata.tables))
def test_no_time_is_stored_without_its_zone(table: str) -> None:
    columns = base.Base.metadata.tables[table].columns

    naive = [c.name for c in columns if c.type.python_type is datetime and not _is_utc(c.type)]

    assert naive == []


@contextmanager
def _written(url: str) -> Iterator[Connection]:
    engine = create_engine(url)
    with engine.begin() as connection:
        yield connection
    engine.dispose()


def _insert_old_visit(connection: Connection, number: int, step: str) -> None:
    """Write a visit as the first schema did, with its own house, room and participant."""
    values = {"id": number, "now": NOON.isoformat(" "), "step": step, "reason": f"step.{step}"}
    for statement in OLD_VISIT:
        connection.execute(text(statement), values)


def _is_utc(kind: object) -> bool:
    return isinstance(kind, base.UtcDateTime)


def _book(session: Session) -> Appointment:
    lea = cast.account(session, cast.sainte_foy(session), "lea", "Léa")
    return cast.booked(
        session,
        RoomKeys("a secret for tests " * 2),
        lea,
        citizen_name="Amina Élodie Œuvrard",
        language="ar",
        starts_at=NOON,
        now=NOON.replace(hour=9),
    )


def _visit(session: Session, appointment: Appointment) -> Visit:
    amina = Participant(
        room=appointment.room,
        seat="citizen",
        name="عائشة",
        presence="on_path",
        presence_since=NOON,
        arrived_at=NOON,
        seen_at=NOON,
    )
    visit = Visit(
        participant=amina,
        step="camera",
        step_since=NOON,
    )
    session.add(visit)
    session.flush()
    result = {"check": "camera", "verdict": "good", "code": "camera.good", "at": NOON}
    session.add(CheckResult(visit_id=visit.id, figures={"fps": 29.5}, **result))
    return visit

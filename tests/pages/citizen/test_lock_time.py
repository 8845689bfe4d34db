"""What the pages of the way in write, and how little they do while the write lock is held."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from sqlalchemy import Engine, event

from kiosk import clock
from tests.pages.citizen.conftest import Citizen


class Statements:
    """The SQL of one request, split where the write lock is taken."""

    def __init__(self) -> None:
        self.all: list[str] = []

    def __call__(self, _connection: object, _cursor: object, text: str, *_: object) -> None:
        self.all.append(text.split(maxsplit=1)[0] if text != "BEGIN IMMEDIATE" else text)

    @property
    def locked(self) -> list[str]:
        """The statements between the lock and the next transaction."""
        if "BEGIN IMMEDIATE" not in self.all:
            return []
        after = self.all[self.all.index("BEGIN IMMEDIATE") + 1 :]
        return after[: after.index("BEGIN")] if "BEGIN" in after else after


@pytest.fixture
def statements() -> Iterator[Statements]:
    heard = Statements()
    event.listen(Engine, "before_cursor_execute", heard)
    yield heard
    event.remove(Engine, "before_cursor_execute", heard)


def test_a_step_reads_once_while_the_lock_is_held(amina: Citizen, statements: Statements):
    statements.all.clear()

    amina.sends("etape", step="camera")

    assert statements.locked == ["SELECT", "UPDATE", "INSERT"]


def test_a_check_reads_once_while_the_lock_is_held(amina: Citizen, statements: Statements):
    statements.all.clear()

    amina.sends("verification", check="camera", error="skipped")

    assert statements.locked[0] == "SELECT"
    assert "SELECT" not in statements.locked[1:]
    assert len(statements.locked) <= 4


def test_a_page_read_again_at_once_writes_nothing(amina: Citizen, statements: Statements):
    amina.browser.get("/parcours/camera")
    statements.all.clear()

    answer = amina.browser.get("/parcours/camera")

    assert answer.status_code == 200
    assert statements.locked == []
    assert "BEGIN IMMEDIATE" not in statements.all


def test_a_page_read_again_later_says_that_somebody_is_there(
    amina: Citizen, statements: Statements, now: datetime
):
    amina.browser.get("/parcours/camera")
    statements.all.clear()

    with clock.fixed(now + timedelta(seconds=6)):
        amina.browser.get("/parcours/camera")

    assert "UPDATE" in statements.locked


def test_reading_the_state_writes_nothing(amina: Citizen, statements: Statements):
    statements.all.clear()

    amina.state()

    assert statements.all
    assert "BEGIN IMMEDIATE" not in statements.all

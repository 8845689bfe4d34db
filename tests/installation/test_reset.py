"""`make run RESET=1` erases the demonstration at once, and anything else only after a yes."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from kiosk.developers import demonstration
from kiosk.houses.model import House
from kiosk.run.reset import NOT_ERASED, OTHER_DATABASE, reset
from kiosk.settings import Settings
from kiosk.storage import schema
from kiosk.storage.database import Database

NOON = datetime(2026, 11, 20, 11, tzinfo=UTC)


def never(question: str) -> str:
    raise AssertionError(f"asked: {question}")


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """An installation with the demonstration and a kept message."""
    made = Settings(secret_key="a secret that is long enough for tests", instance_dir=tmp_path)
    schema.upgrade(made.sqlalchemy_url)
    database = Database(made.sqlalchemy_url)
    with database.session() as session:
        assert demonstration.prepare(session, made, now=NOON) is not None
    database.close()
    (tmp_path / "outbox").mkdir()
    return made


@pytest.fixture
def with_a_real_house(settings: Settings) -> Settings:
    database = Database(settings.sqlalchemy_url)
    with database.session() as session:
        session.add(House(name="France services de Lavelanet", phone="+33536490030"))
        session.commit()
    database.close()
    return settings


def is_there(settings: Settings) -> bool:
    return (settings.instance_dir / "kiosk.sqlite3").exists()


def test_the_demonstration_alone_is_erased_without_a_question(settings: Settings) -> None:
    assert reset(settings, force=False, ask=never) is None

    assert not is_there(settings)
    assert not (settings.instance_dir / "outbox").exists()


@pytest.mark.parametrize("typed", ["", "non", "o"])
def test_a_real_house_stays_when_the_answer_is_not_yes(
    with_a_real_house: Settings, typed: str
) -> None:
    asked: list[str] = []

    def answer(question: str) -> str:
        asked.append(question)
        return typed

    assert reset(with_a_real_house, force=False, ask=answer) == NOT_ERASED
    assert "1 maison(s) France services" in asked[0]
    assert is_there(with_a_real_house)


def test_a_real_house_stays_when_nobody_can_answer(with_a_real_house: Settings) -> None:
    def no_terminal(_question: str) -> str:
        raise EOFError

    assert reset(with_a_real_house, force=False, ask=no_terminal) == NOT_ERASED
    assert is_there(with_a_real_house)


def test_a_real_house_is_erased_after_a_yes(with_a_real_house: Settings) -> None:
    assert reset(with_a_real_house, force=False, ask=lambda _question: " Oui ") is None
    assert not is_there(with_a_real_house)


def test_force_erases_without_a_question(with_a_real_house: Settings) -> None:
    assert reset(with_a_real_house, force=True, ask=never) is None
    assert not is_there(with_a_real_house)


def test_a_file_that_is_no_database_is_not_erased_without_a_yes(tmp_path: Path) -> None:
    settings = Settings(secret_key="a secret that is long enough for tests", instance_dir=tmp_path)
    (tmp_path / "kiosk.sqlite3").write_text("not a database, but perhaps somebody's")

    assert reset(settings, force=False, ask=lambda _question: "") == NOT_ERASED
    assert is_there(settings)


def test_a_database_elsewhere_is_left_alone(tmp_path: Path) -> None:
    settings = Settings(
        secret_key="a secret that is long enough for tests",
        instance_dir=tmp_path,
        database_url="postgresql+psycopg://localhost/kiosk",
    )

    assert reset(settings, force=True, ask=never) == OTHER_DATABASE

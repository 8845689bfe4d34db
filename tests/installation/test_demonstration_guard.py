"""A demonstration is never served where anybody may come: its passwords were shown."""

from __future__ import annotations

from pathlib import Path

import pytest

from kiosk import clock
from kiosk.developers import demonstration
from kiosk.run.demonstration_guard import is_demonstration
from kiosk.run.network_checks import ReachWatch
from kiosk.settings import Settings
from kiosk.storage import schema
from kiosk.storage.database import Database

PUBLIC = {"base_url": "https://visio.example.fr", "trusted_proxies": 1}


@pytest.fixture
def demo(tmp_path: Path) -> Settings:
    """An installation that `make run` made into the demonstration."""
    settings = Settings(
        secret_key="a secret that is long enough for tests",
        instance_dir=tmp_path,
        media_public_addresses=("127.0.0.1",),
    )  # type: ignore[arg-type]
    schema.upgrade(settings.sqlalchemy_url)
    database = Database(settings.sqlalchemy_url)
    with database.session() as session:
        assert demonstration.prepare(session, settings, now=clock.now())
    database.close()
    return settings


def test_the_demonstration_does_not_start_at_a_public_address(demo: Settings) -> None:
    assert is_demonstration(demo)
    assert ReachWatch(demo).look() is None

    refused = ReachWatch(demo.model_copy(update=PUBLIC)).look()

    assert refused is not None
    assert "(settings.demonstration)" in refused
    assert "https://visio.example.fr" in refused


def test_a_real_house_or_no_database_is_no_demonstration(demo: Settings, tmp_path: Path) -> None:
    nowhere = demo.model_copy(update={"instance_dir": tmp_path / "empty"})
    assert not is_demonstration(nowhere)
    assert not (tmp_path / "empty").exists()

    database = Database(demo.sqlalchemy_url)
    with database.session() as session:
        for house in session.query(demonstration.House):
            house.email = "accueil@saint-aubin.fr"
        session.commit()
    database.close()
    assert not is_demonstration(demo)


def test_the_example_of_the_first_run_left_as_it_is_is_no_demonstration(tmp_path: Path) -> None:
    settings = Settings(secret_key="a secret that is long enough for tests", instance_dir=tmp_path)  # type: ignore[arg-type]
    schema.upgrade(settings.sqlalchemy_url)
    database = Database(settings.sqlalchemy_url)
    with database.session() as session:
        session.add(demonstration.House(**demonstration.HOUSE))
        session.commit()
    database.close()

    assert not is_demonstration(settings)

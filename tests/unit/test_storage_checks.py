"""``/healthz`` is well only when the database and the folder can be written."""

from __future__ import annotations

from collections import namedtuple
from pathlib import Path

import pytest

from kiosk.run import storage_checks
from kiosk.run.storage_checks import (
    FREE_WANTED_BYTES,
    database_can_be_written,
    folder_can_be_written,
    remembered,
)
from kiosk.storage import database, schema
from kiosk.storage.database import Database, DatabaseBusy, writing

Usage = namedtuple("Usage", "total used free")


def test_a_database_that_somebody_holds_is_not_well(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(database, "BUSY_TIMEOUT_MS", 200)
    url = f"sqlite:///{tmp_path / 'kiosk.sqlite3'}"
    schema.upgrade(url)
    ours, other = Database(url), Database(url)

    assert database_can_be_written(ours)
    with other.session() as session, writing(session), pytest.raises(DatabaseBusy):
        database_can_be_written(ours)
    ours.close()
    other.close()


@pytest.mark.parametrize(("free", "well"), [(FREE_WANTED_BYTES, True), (1_000_000, False)])
def test_a_full_disk_is_not_well(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, free: int, well: bool
):
    monkeypatch.setattr(storage_checks.shutil, "disk_usage", lambda _: Usage(free, 0, free))

    assert folder_can_be_written(tmp_path) is well


def test_a_folder_that_is_gone_is_not_well(tmp_path: Path):
    with pytest.raises(FileNotFoundError):
        folder_can_be_written(tmp_path / "gone")


def test_asking_often_writes_seldom(tmp_path: Path):
    asked: list[bool] = []
    probe = remembered(lambda: bool(asked.append(True)) or True)

    assert [probe() for _ in range(5)] == [True] * 5
    assert len(asked) == 1


def test_where_somebody_waits_for_a_good_answer_a_bad_one_is_asked_again():
    answers = iter([False, False, True])
    probe = remembered(lambda: next(answers), bad_too=False)

    assert [probe() for _ in range(5)] == [False, False, True, True, True]

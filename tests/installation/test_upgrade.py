"""`python -m kiosk upgrade` saves first, and refuses where something would be lost."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
from collections import namedtuple
from collections.abc import Callable
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from kiosk.run import command_line
from kiosk.run.upkeep.refusal import Refused
from kiosk.run.upkeep.restore import restore
from kiosk.run.upkeep.upgrade import upgrade
from kiosk.settings import ROOT, Settings
from kiosk.storage import schema
from kiosk.storage.database import Database
from kiosk.system import lock
from tests.builders import old_installation
from tests.builders.old_installation import NOW, SECRET
from tests.drivers.postgresql import running_cluster
from tests.installation.test_restore import houses

Usage = namedtuple("Usage", "total used free")


@pytest.fixture
def old(tmp_path: Path) -> Settings:
    """The installation as the first schema wrote it."""
    return old_installation.write(tmp_path / "old")


def test_an_old_installation_is_saved_then_upgraded(old: Settings, tmp_path: Path) -> None:
    step = upgrade(old, now=NOW)

    assert (step.before, step.after) == ("0001", schema.newest())
    assert schema.current(old.sqlalchemy_url) == schema.newest()
    assert schema.differences(old.sqlalchemy_url) == []
    assert step.saved is not None
    assert step.saved.parent == old.instance_dir / "kept"
    # The backup is whole, and leads back to what was there.
    restore(tmp_path / "there", step.saved, replace=False, now=NOW)
    assert houses(f"sqlite:///{tmp_path / 'there' / 'kiosk.sqlite3'}") == houses(old.sqlalchemy_url)

    again = upgrade(old, now=NOW + timedelta(hours=1))
    assert not again.is_needed
    assert len(list((old.instance_dir / "kept").iterdir())) == 1


def test_a_first_start_has_nothing_to_save(tmp_path: Path) -> None:
    settings = old_installation.settings_of(tmp_path)

    assert upgrade(settings, now=NOW).saved is None
    assert schema.current(settings.sqlalchemy_url) == schema.newest()
    assert not (tmp_path / "kept").exists()


def statement(words: str) -> Callable[[Settings], None]:
    """Return what runs one statement on the installation's database, with no check."""

    def run(settings: Settings) -> None:
        with closing(sqlite3.connect(settings.instance_dir / "kiosk.sqlite3")) as connection:
            connection.execute(words)
            connection.commit()

    return run


@pytest.mark.parametrize(
    ("code", "spoil"),
    [
        ("database.newer", statement("UPDATE alembic_version SET version_num = '9999'")),
        ("upgrade.unfinished", statement("DELETE FROM alembic_version")),
        ("upgrade.unfinished", statement("CREATE TABLE _alembic_tmp_agent (id INTEGER)")),
    ],
)
def test_what_would_lose_something_is_refused(
    old: Settings, code: str, spoil: Callable[[Settings], None]
) -> None:
    spoil(old)
    before = content(old)

    with pytest.raises(Refused) as refused:
        upgrade(old, now=NOW)

    assert refused.value.code == code
    assert "\n" not in str(refused.value)
    assert content(old) == before
    assert not (old.instance_dir / "kept").exists()


def content(settings: Settings) -> list[str]:
    with closing(sqlite3.connect(settings.instance_dir / "kiosk.sqlite3")) as connection:
        return list(connection.iterdump())


def test_without_room_nothing_is_begun(old: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _: Usage(10**9, 10**9 - 10**6, 10**6))

    with pytest.raises(Refused, match="il en faut"):
        upgrade(old, now=NOW)

    assert schema.current(old.sqlalchemy_url) == "0001"


def test_a_step_that_fails_leaves_the_step_before_and_a_backup(old: Settings) -> None:
    statement("UPDATE participant SET room_id = 4242 WHERE id = 1")(old)

    with pytest.raises(Refused) as refused:
        upgrade(old, now=NOW)

    assert refused.value.code == "upgrade.failed"
    (saved,) = (old.instance_dir / "kept").iterdir()
    assert str(saved) in str(refused.value)
    step = schema.current(old.sqlalchemy_url)
    assert step is not None
    assert schema.knows(step)


def test_postgresql_is_saved_first_too(tmp_path: Path) -> None:
    with running_cluster() as url:
        schema.upgrade(url, to="0009")
        database = Database(url)
        with database.engine.begin() as connection:
            connection.execute(
                text(
                    "INSERT INTO house (name, phone, email, address, time_zone, territory)"
                    " VALUES ('Foix', '+33561000000', '', '', 'Europe/Paris', 'FR')"
                )
            )
        database.close()
        settings = Settings(secret_key=SECRET, instance_dir=tmp_path, database_url=url)  # type: ignore[arg-type]

        step = upgrade(settings, now=NOW)

        assert (step.before, step.after) == ("0009", schema.newest())
        assert houses(url) == ["Foix"]
    assert step.saved is not None
    restore(tmp_path / "there", step.saved, replace=False, now=NOW)
    assert houses(f"sqlite:///{tmp_path / 'there' / 'kiosk.sqlite3'}") == ["Foix"]


def test_an_installation_that_is_served_is_not_upgraded(
    old: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("os.environ", {"KIOSK_INSTANCE_DIR": str(old.instance_dir)})

    with lock.take(old.instance_dir):
        assert "restore.in_use" in str(command_line.main(["upgrade"]))

    assert schema.current(old.sqlalchemy_url) == "0001"
    assert command_line.main(["upgrade"]) == 0
    assert schema.current(old.sqlalchemy_url) == schema.newest()


@pytest.fixture
def code(tmp_path: Path) -> Path:
    """A clone of the code, as far as `deploy/upgrade` sees it: its set-up has been made."""
    folder = tmp_path / "code"
    (folder / "deploy").mkdir(parents=True)
    for name in ("upgrade", "kiosk"):
        shutil.copy(ROOT / "deploy" / name, folder / "deploy" / name)
    for name in ("kiosk", ".venv", "translations", "docs", "static", "guides"):
        (folder / name).symlink_to(ROOT / name)
    (folder / "Makefile").write_text("setup:\n\t@echo set up\n")
    git(folder, "init", "-q")
    git(folder, "add", "Makefile", "deploy")
    git(folder, *("-c", "user.name=A", "-c", "user.email=a@example.fr", "commit", "-qm", "first"))
    return folder


def git(folder: Path, *arguments: str) -> None:
    subprocess.run(["git", *arguments], cwd=folder, check=True, capture_output=True, timeout=30)


def make_upgrade(code: Path, settings: Settings) -> subprocess.CompletedProcess[str]:
    """Run what `make upgrade` runs."""
    environment = {"PATH": os.environ["PATH"], "KIOSK_INSTANCE_DIR": str(settings.instance_dir)}
    return subprocess.run(
        [code / "deploy" / "upgrade"],
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def test_make_upgrade_sets_up_saves_and_brings_the_database_up_to_date(
    code: Path, old: Settings
) -> None:
    done = make_upgrade(code, old)

    assert done.returncode == 0, done.stderr
    said = done.stdout
    assert said.index("set up") < said.index("À faire") < said.index("Sauvegarde d'avant")
    assert "schéma 0001 →" in said
    assert schema.current(old.sqlalchemy_url) == schema.newest()


def test_make_upgrade_refuses_code_that_was_changed_here(code: Path, old: Settings) -> None:
    (code / "Makefile").write_text("setup:\n\t@echo another\n")

    done = make_upgrade(code, old)

    assert done.returncode == 1
    assert done.stderr.startswith("Files of the code were changed here")
    assert "Makefile" in done.stderr
    assert schema.current(old.sqlalchemy_url) == "0001"

"""An installation with people in it, and a backup of it."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from kiosk.run.upkeep.backup import backup
from kiosk.settings import Settings
from kiosk.storage import copies, schema
from tests.builders import old_installation
from tests.builders.old_installation import NOW, settings_of

NAME = "guichet.backup"


@pytest.fixture(scope="session")
def written_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the upgraded old installation, and its backup."""
    folder = tmp_path_factory.mktemp("written")
    settings = old_installation.write(folder / "here")
    schema.upgrade(settings.sqlalchemy_url)
    copies.settle(folder / "here" / "kiosk.sqlite3")
    backup(settings, folder / NAME, now=NOW)
    return folder


@pytest.fixture
def installation(written_once: Path, tmp_path: Path) -> Settings:
    """The installation that the first schema wrote, upgraded, in a folder of its own."""
    shutil.copytree(written_once / "here", tmp_path / "here")
    return settings_of(tmp_path / "here")


@pytest.fixture
def saved(written_once: Path, tmp_path: Path) -> Path:
    """A backup of it."""
    shutil.copyfile(written_once / NAME, tmp_path / NAME)
    return tmp_path / NAME

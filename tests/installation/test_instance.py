"""The secret key is made at the first start, and never in the place of one that was lost."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from kiosk.run import instance
from kiosk.run.set_up import UnusableSettings
from kiosk.settings import Settings


@pytest.fixture(autouse=True)
def own_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("os.environ", {"KIOSK_INSTANCE_DIR": str(tmp_path / "here")})


@pytest.mark.parametrize("written", [None, "", "KIOSK_PORT=8123", "KIOSK_PORT=8123\n"])
def test_a_first_start_makes_the_key_and_keeps_what_was_written(
    tmp_path: Path, written: str | None
) -> None:
    file = tmp_path / "here" / "kiosk.env"
    if written is not None:
        file.parent.mkdir()
        file.write_text(written)
        file.chmod(0o600)

    settings = instance.load_settings()

    secret = settings.secret_key.get_secret_value()
    assert len(secret) >= 32
    assert file.read_text().splitlines()[-1] == f"KIOSK_SECRET_KEY={secret}"
    assert (written or "").strip() in file.read_text()
    assert settings.port == (8123 if written else 8000)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_the_key_stays(tmp_path: Path) -> None:
    instance.load_settings()
    written = (tmp_path / "here" / "kiosk.env").read_text()

    instance.load_settings()

    assert (tmp_path / "here" / "kiosk.env").read_text() == written


def test_no_other_key_is_made_where_people_hold_links(installation: Settings) -> None:
    file = installation.instance_dir / "kiosk.env"
    file.write_text("KIOSK_PORT=8123\n")

    with pytest.raises(UnusableSettings, match="Il manque KIOSK_SECRET_KEY"):
        instance.load_settings()

    assert file.read_text() == "KIOSK_PORT=8123\n"

"""What `docs/install.md` tells an administrator to type, write and copy exists."""

from __future__ import annotations

import argparse
import re
import subprocess

import pytest

from kiosk.run import command_line
from kiosk.settings import ROOT, Settings

TEXT = (ROOT / "docs" / "install.md").read_text("utf-8")
UNIT = (ROOT / "deploy" / "kiosk.service").read_text("utf-8")
OF_THE_UNIT = {"KIOSK_INSTANCE_DIR"}


def commands() -> dict[str, argparse.ArgumentParser]:
    (choices,) = (
        action.choices
        for action in command_line._parser()._actions
        if isinstance(action, argparse._SubParsersAction)
    )
    return dict(choices)


def test_every_command_exists_with_its_options() -> None:
    typed = re.findall(r"(?:^|`|bin/)kiosk ([a-z-]+)([^`\n#]*)", TEXT, re.MULTILINE)

    assert {name for name, _ in typed} >= {"upgrade", "doctor", "backup", "restore", "first-run"}
    for name, rest in typed:
        usage = commands()[name].format_help()
        for option in re.findall(r"--[a-z-]+", rest):
            assert option in usage, f"kiosk {name} {option}"


def test_every_variable_is_a_setting() -> None:
    named = set(re.findall(r"KIOSK_[A-Z_]+", TEXT)) - OF_THE_UNIT

    assert named
    assert named <= {f"KIOSK_{name.upper()}" for name in Settings.model_fields}


def test_every_file_of_the_code_exists() -> None:
    named = re.findall(r"(?:/opt/guichet-visio/|`)((?:deploy|docs|kiosk)/[\w./-]+\w)", TEXT)

    assert len(named) > 5
    assert [name for name in named if not (ROOT / name).exists()] == []


def test_the_service_writes_in_its_instance_folder_alone() -> None:
    assert "ProtectSystem=strict" in UNIT
    assert "StateDirectory=guichet-visio" in UNIT
    assert "KIOSK_INSTANCE_DIR=/var/lib/guichet-visio" in UNIT
    assert "ReadWritePaths" not in UNIT


@pytest.mark.parametrize("changed", ["static/css/base.css", "kiosk/web/asset_store.py"])
def test_set_up_makes_the_files_of_the_pages(changed: str) -> None:
    said = subprocess.run(
        ["make", "-n", "-W", changed, "setup"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )

    assert "-m kiosk build" in said.stdout
    assert "compileall" in said.stdout

"""The scripts that need no page, tested by Node's own runner: one test a file of tests/scripts."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
FILES = sorted((ROOT / "tests" / "scripts").glob("*.test.mjs"))


def _node() -> str:
    # Where the machine has none, set-up puts one under build/ (deploy/browser-libraries).
    places = os.pathsep.join([os.environ.get("PATH", ""), str(ROOT / "build" / "node" / "bin")])
    found = shutil.which("node", path=places)
    assert found, "no Node: run make setup-test"
    return found


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name.removesuffix(".test.mjs"))
def test_the_script_does_what_its_tests_say(file: Path) -> None:
    done = subprocess.run(
        [_node(), "--test", str(file)], capture_output=True, text=True, timeout=60, check=False
    )

    assert done.returncode == 0, done.stdout[-6000:]

"""Every library that is installed at run time is named, with its licence, in docs/licences.md."""

from __future__ import annotations

import json
import re

from kiosk.settings import ROOT

DOCUMENT = (ROOT / "docs" / "licences.md").read_text()
NAMED = {row[0]: row[1] for row in re.findall(r"^\| (\S+) \| ([^|]+?) \|", DOCUMENT, re.MULTILINE)}


def test_the_list_names_every_python_library_of_the_lock_file_and_no_other() -> None:
    lock = (ROOT / "requirements.txt").read_text()
    locked = set(re.findall(r"^([A-Za-z0-9._-]+)(?:\[[^]]*\])?==", lock, re.MULTILINE))
    python_part = DOCUMENT.partition("## In the browser")[0]

    assert set(re.findall(r"^\| ([a-z0-9._-]+) \|", python_part, re.MULTILINE)) - {"package"} == {
        name.lower() for name in locked
    }


def test_the_list_names_every_library_that_goes_to_the_browser() -> None:
    wanted = json.loads((ROOT / "package.json").read_text())["dependencies"]

    assert set(wanted) <= set(NAMED)
    assert all(NAMED[name] for name in wanted)

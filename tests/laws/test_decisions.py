"""Decisions have one form, and one index with a line for each."""

from __future__ import annotations

import re

import pytest

from kiosk.settings import ROOT

FOLDER = ROOT / "docs" / "decisions"
FILES = sorted(file for file in FOLDER.glob("[0-9]*.md"))


def test_the_index_has_one_line_for_each_decision() -> None:
    index = (FOLDER / "README.md").read_text()

    listed = re.findall(r"^\| (\d{4}) \| \[([^\]]+)\]\(([^)]+)\) \|$", index, re.MULTILINE)

    assert listed == [(file.name[:4], _title(file.read_text()), file.name) for file in FILES]


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name[:4])
def test_a_decision_says_context_decision_consequences_and_status(file) -> None:
    text = file.read_text()

    assert text.startswith(f"# {file.name[:4]}: ")
    parts = re.findall(r"^\*\*(Context|Decision|Consequences|Status)\b", text, re.MULTILINE)
    assert parts == ["Context", "Decision", "Consequences", "Status"]


def _title(text: str) -> str:
    return text.splitlines()[0].partition(": ")[2]

"""Laws of the sheets: they turn with the language, and both ways to the dark are one."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

CSS = Path(__file__).resolve().parents[2] / "static" / "css"
SHEETS = sorted(CSS.glob("*.css"))
COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
RULE = re.compile(r"([^{}]+)\{([^{}]*)\}")


def rules(sheet: Path) -> list[tuple[str, str]]:
    bare = COMMENT.sub("", sheet.read_text("utf-8"))
    return [(selector.strip(), body.strip()) for selector, body in RULE.findall(bare)]


@pytest.mark.parametrize("sheet", SHEETS, ids=lambda sheet: sheet.name)
def test_no_sheet_says_left_or_right(sheet: Path) -> None:
    sided = [body for _, body in rules(sheet) if re.search(r"\b(left|right)\b", body)]

    assert sided == []


@pytest.mark.parametrize("sheet", SHEETS, ids=lambda sheet: sheet.name)
def test_components_use_roles_never_colours_of_their_own(sheet: Path) -> None:
    if sheet.name in {"tokens.css", "print.css"}:
        return
    coloured = [body for _, body in rules(sheet) if re.search(r"#[0-9a-fA-F]{3,8}\b", body)]

    assert coloured == []


@pytest.mark.parametrize("sheet", SHEETS, ids=lambda sheet: sheet.name)
def test_every_sheet_is_listed_somewhere(sheet: Path) -> None:
    listed = {
        line.partition("#")[0].strip()
        for listing in CSS.glob("*.list")
        for line in listing.read_text("utf-8").splitlines()
    }

    named = [
        file
        for file in CSS.parents[1].glob("kiosk/templates/**/*.html")
        if sheet.name in file.read_text("utf-8")
    ]
    assert sheet.name in listed or named


def test_dark_is_the_same_whether_the_system_or_the_page_asks() -> None:
    tokens = dict(rules(CSS / "tokens.css"))
    by_the_system = next(
        body for name, body in tokens.items() if ':not([data-theme="light"])' in name
    )

    by_the_page = tokens[':root[data-theme="dark"]']

    assert by_the_page.split() == by_the_system.split()

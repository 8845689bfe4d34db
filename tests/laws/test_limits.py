"""Every bound on what comes from outside is written in docs/limits.md, under its own name."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from kiosk.settings import ROOT

BOUND = re.compile(r"(LONGEST|MOST|MAX)(_[A-Z0-9_]+)?|FARTHEST|FIRST_YEAR|LAST_YEAR|AHEAD_S")
"""How the constants of modules are named that bound a length, a number or a time."""

TABLE = (ROOT / "docs" / "limits.md").read_text("utf-8")


def constants(file: Path) -> Iterator[str]:
    for statement in ast.parse(file.read_text("utf-8")).body:
        targets = statement.targets if isinstance(statement, ast.Assign) else []
        if isinstance(statement, ast.AnnAssign):
            targets = [statement.target]
        for target in targets:
            names = target.elts if isinstance(target, ast.Tuple) else [target]
            yield from (one.id for one in names if isinstance(one, ast.Name))


def test_every_bound_is_written_down() -> None:
    missing = [
        f"{file.relative_to(ROOT)}: {name}"
        for file in sorted((ROOT / "kiosk").rglob("*.py"))
        for name in constants(file)
        if BOUND.fullmatch(name) and not re.search(rf"`[^`]*\b{name}\b[^`]*`", TABLE)
    ]

    assert missing == []


def test_the_law_sees_the_bounds_that_were_missing() -> None:
    seen = {name for file in (ROOT / "kiosk").rglob("*.py") for name in constants(file)}

    assert seen >= {"LONGEST_LINK", "LONGEST_TYPED", "FIRST_YEAR", "LAST_YEAR", "AHEAD_S"}

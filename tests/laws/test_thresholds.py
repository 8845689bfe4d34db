"""Law of thresholds: scripts measure with the server's numbers and write none of their own."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from kiosk.readiness.checks import CHECKS

STATIC = Path(__file__).resolve().parents[2] / "static" / "js"
SCRIPTS = sorted((STATIC / "readiness").glob("*.js"))
MEASURING = [*SCRIPTS, STATIC / "call" / "network-probe.js"]
"""These measure; each check has one script of its own, and the network's uses a call's parts."""

COMMENT = re.compile(r"/\*.*?\*/|//[^\n]*", re.DOTALL)


def _names() -> set[str]:
    return {name for check in CHECKS.values() for name in (*check.constants, *check.figures)}


@pytest.mark.parametrize("script", MEASURING, ids=lambda script: script.name)
def test_no_measuring_script_gives_a_threshold_a_value(script: Path) -> None:
    source = COMMENT.sub("", script.read_text("utf-8"))
    named = "|".join(sorted(name.upper() for name in _names()))

    assert re.findall(rf"\bconst ({named})\b", source) == []
    assert re.findall(rf"\b({named.lower()}):\s*-?[\d.]+\b", source) == []
    assert re.findall(r"\bconst [A-Z_]+_(?:MS|S|DBFS|LUMA|KBPS)\s*=", source) == []


def test_every_constant_is_read_by_a_script() -> None:
    sources = "\n".join(file.read_text("utf-8") for file in STATIC.rglob("*.js"))
    read = COMMENT.sub("", sources)

    unread = [
        f"{check.id}.{name}"
        for check in CHECKS.values()
        for name in check.constants
        if not re.search(rf"\b{name}\b", read)
    ]
    assert unread == []


def test_each_check_has_the_script_that_measures_it() -> None:
    # Asking for a camera and asking for a microphone are one thing.
    shared = {"camera": "permission", "microphone": "permission"}

    assert {script.stem for script in SCRIPTS} == {shared.get(check, check) for check in CHECKS}

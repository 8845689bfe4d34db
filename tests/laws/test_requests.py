"""A law: scripts get every address from the page, and ask the server through one module."""

from __future__ import annotations

import re
from pathlib import Path

SCRIPTS = Path(__file__).resolve().parents[2] / "static" / "js"
CLIENT = "lib/http.js"

_COMMENT = re.compile(r"/\*.*?\*/|^\s*//[^\n]*", re.S | re.M)
_ADDRESS = re.compile(r"""["'`](/[A-Za-z][^"'`]*)["'`]""")
_ASKS = re.compile(r"\b(?:fetch|XMLHttpRequest|sendBeacon|EventSource)\b(?=\s*\()")


def sources() -> dict[str, str]:
    files = sorted(SCRIPTS.rglob("*.js"))
    return {
        file.relative_to(SCRIPTS).as_posix(): _COMMENT.sub("", file.read_text("utf-8"))
        for file in files
    }


def test_no_script_holds_an_address_of_the_server() -> None:
    found = {name: _ADDRESS.findall(text) for name, text in sources().items()}

    assert {name: addresses for name, addresses in found.items() if addresses} == {}


def test_only_one_module_asks_the_server() -> None:
    asking = {name for name, text in sources().items() if _ASKS.search(text)}

    assert asking - {CLIENT} == set()
    assert "fetch" in sources()[CLIENT]

"""Law of browsers: scripts use what the oldest browsers meant to work have, or ask for it first.

``tests/data/young-apis.txt`` lists the names of the web platform and of JavaScript that are younger
than those browsers (name, then the first version of Chromium, Firefox and Safari with it; - for
none), from the package @mdn/browser-compat-data 8.1.9. Names that several interfaces share have the
oldest of their versions. What makes the scripts' syntax is checked by tsc (``target`` ES2022).
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from kiosk.readiness.checks.device import CHECK

ROOT = Path(__file__).resolve().parents[2]
JS = ROOT / "static" / "js"
SCRIPTS = sorted(JS.rglob("*.js"))
COMMENT = re.compile(r"/\*.*?\*/|(?<!:)//[^\n]*", re.DOTALL)
SOURCES = {
    file.relative_to(JS).as_posix(): COMMENT.sub("", file.read_text("utf-8")) for file in SCRIPTS
}
ENGINES = ("chrome", "firefox", "safari")

GUARDED = {
    "contentHint": r"\.contentHint = \"detail\";",
    "exitFullscreen": r"hidden = !document\.fullscreenEnabled",
    "fullscreenElement": r"hidden = !document\.fullscreenEnabled",
    "fullscreenEnabled": r"hidden = !document\.fullscreenEnabled",
    "getDisplayMedia": r'typeof [\w.?]+\.getDisplayMedia === "function"',
    "hasBeenActive": r"userActivation\?\.hasBeenActive",
    "requestFullscreen": r"hidden = !document\.fullscreenEnabled",
    "setSinkId": r"\.setSinkId\?\.|\"setSinkId\" in ",
    "userActivation": r"userActivation\?\.hasBeenActive",
    "vibrate": r"\.vibrate\?\.",
    "wakeLock": r"if \(!navigator\.wakeLock|#wakeLock",
    "cancelVideoFrameCallback": r"cancelVideoFrameCallback\?\.",
    "requestVideoFrameCallback": r"typeof [\w.#]+\.requestVideoFrameCallback === \"function\"",
    "mozPaintedFrames": r"mozPaintedFrames \?\? 0",
}
"""How each young name is asked for, in every file that uses it."""

OLDER_THAN_LISTED = {"enumerateDevices", "srcObject"}
"""Names whose listed version is that of an addition: sound outputs, streams of a worker."""


LIST = (ROOT / "tests" / "data" / "young-apis.txt").read_text("utf-8").splitlines()


def _young() -> dict[str, tuple[float, ...]]:
    table = [line.split() for line in LIST[1:]]
    return {
        name: tuple(float("inf") if one == "-" else float(one) for one in versions)
        for name, *versions in table
    }


YOUNG = _young()
WORD = re.compile(r"(?:\.|\bnew |\?\.)([A-Za-z]\w+)|[\"'](\w+)[\"'] in \b")
OURS = re.compile(
    r"^\s*(?:get |set |async |static )*#?(\w+)\s*(?:\(.*\)\s*\{|[:=;])|[{,(]\s*(\w+)\s*[:,}=]",
    re.MULTILINE,
)


def _used(source: str) -> set[str]:
    return {first or second for first, second in WORD.findall(source)} & set(YOUNG)


def _ours() -> set[str]:
    ours = {one for text in SOURCES.values() for found in OURS.findall(text) for one in found}
    # Parameters and messages of ours that only look like a young name.
    return (ours | {"messages", "path", "side"}) - set(GUARDED)


@pytest.mark.parametrize("script", SOURCES)
def test_a_script_asks_before_it_uses_what_old_browsers_lack(script: str) -> None:
    source = SOURCES[script]
    unguarded = [
        name
        for name in sorted(_used(source) - _ours() - OLDER_THAN_LISTED)
        if not re.search(GUARDED.get(name, r"(?!)"), source)
    ]

    assert unguarded == []


def test_the_list_begins_where_the_oldest_browsers_end() -> None:
    oldest = CHECK.constants["oldest"].value
    assert isinstance(oldest, dict)

    assert LIST[0] == "# younger than " + " ".join(f"{one} {oldest[one]}" for one in ENGINES)
    for name, versions in YOUNG.items():
        engines = zip(ENGINES, versions, strict=True)
        assert any(version > oldest[engine] for engine, version in engines), name


def test_the_document_names_the_oldest_browsers() -> None:
    document = (ROOT / "docs" / "browsers.md").read_text("utf-8")
    oldest = CHECK.constants["oldest"].value
    assert isinstance(oldest, dict)

    written = re.findall(r"^\| (\w+)[^|]*\| (\d+) \|", document, re.MULTILINE)
    assert {name.lower(): int(version) for name, version in written} == oldest


def test_a_script_that_uses_a_young_name_unasked_is_found() -> None:
    assert _used("list.toSorted()") == {"toSorted"}
    assert "toSorted" not in _ours() | set(GUARDED)

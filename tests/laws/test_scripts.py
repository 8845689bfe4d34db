"""Laws of the scripts: every page's entry lies in entries/, and files are named in kebab-case."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
JS = ROOT / "static" / "js"
TEMPLATES = sorted((ROOT / "kiosk" / "templates").rglob("*.html"))
LOADED = re.compile(r"""module\(\s*["']([^"']+)["']""")


def _entries() -> set[str]:
    return {file.relative_to(JS.parent).as_posix() for file in (JS / "entries").iterdir()}


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda file: file.name)
def test_a_template_loads_entries_only(template: Path) -> None:
    loaded = set(LOADED.findall(template.read_text("utf-8")))

    assert loaded <= _entries()


def test_every_entry_is_loaded_by_a_page() -> None:
    sources = [*TEMPLATES, ROOT / "kiosk" / "citizen" / "supplies.py"]
    text = "\n".join(file.read_text("utf-8") for file in sources)

    assert [entry for entry in sorted(_entries()) if entry not in text] == []


def test_only_entries_boot_behaviours() -> None:
    booting = {
        file.parent.name for file in JS.rglob("*.js") if "lib/boot.js" in file.read_text("utf-8")
    }

    assert booting == {"entries"}


def test_files_of_the_static_tree_are_named_in_kebab_case() -> None:
    ours = [
        file
        for file in (ROOT / "static").rglob("*")
        if "vendor" not in file.parts and not re.fullmatch(r"[a-z0-9]+([-.][a-z0-9]+)*", file.name)
    ]

    assert ours == []

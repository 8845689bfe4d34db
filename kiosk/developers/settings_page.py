"""Write ``docs/settings.md`` from the settings: ``python -m kiosk.developers.settings_page``.

``--check`` compares and writes nothing. Decision 0314.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined

from kiosk.settings import ROOT, Settings

PAGE = ROOT / "docs" / "settings.md"

HEAD = """# Settings

Every variable that the server reads, written from `kiosk/settings.py` by
`python -m kiosk.developers.settings_page`. The server and its commands read them from the
environment, then from `kiosk.env` in the instance folder. What cannot be used ends the start with
one sentence. Lists take commas (`198.51.100.20, 2001:db8::20`) or JSON.

| variable | what it is | default | example |
|---|---|---|---|
"""


def page() -> str:
    """Return the text of the page."""
    rows = (_row(name, field) for name, field in Settings.model_fields.items())
    return HEAD + "".join(rows)


def main(arguments: list[str]) -> int | str:
    """Write the page, or compare it; return an exit status or what to do."""
    if "--check" in arguments:
        current = PAGE.read_text("utf-8") == page()
        return 0 if current else "docs/settings.md: run python -m kiosk.developers.settings_page"
    PAGE.write_text(page(), "utf-8")
    return 0


def _row(name: str, field: FieldInfo) -> str:
    what = " ".join((field.description or "").replace("``", "`").split()).replace("|", "\\|")
    examples = "`, `".join(str(one) for one in field.examples or [])
    example = f"`{examples}`" if examples else ""
    return f"| `KIOSK_{name.upper()}` | {what} | {_default(field.default)} | {example} |\n"


def _default(value: Any) -> str:
    if value is PydanticUndefined:
        return "none: required"
    shown = value.get_secret_value() if hasattr(value, "get_secret_value") else value
    if shown in (None, "", ()):
        return "empty"
    if isinstance(shown, Path):
        return f"`{shown.relative_to(ROOT)}/` here"
    return f"`{shown}`"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

"""Law of addresses: a template asks url_for for an address of ours and writes none itself."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

TEMPLATES = Path(__file__).resolve().parents[2] / "kiosk" / "templates"
# The failsafe page works when nothing else does: its text is read at start, never rendered.
PAGES = [file for file in sorted(TEMPLATES.rglob("*.html")) if file.name != "failsafe.html"]
JINJA_COMMENT = re.compile(r"\{#.*?#\}", re.DOTALL)
LITERAL = re.compile(
    r"""(?:href|action|src|formaction|poster|["']url["'])\s*[=:]\s*["']/(?!/)""", re.IGNORECASE
)


@pytest.mark.parametrize("page", PAGES, ids=lambda file: file.relative_to(TEMPLATES).as_posix())
def test_no_template_writes_an_address_of_ours(page: Path) -> None:
    source = JINJA_COMMENT.sub("", page.read_text("utf-8"))

    assert [line for line in source.splitlines() if LITERAL.search(line)] == []


@pytest.mark.parametrize(
    "written",
    ['<a href="/guides">', "<form action='/rdv'>", 'button("x", href="/")', '{"url": "/agent"}'],
)
def test_the_law_sees_an_address_wherever_it_is_written(written: str) -> None:
    assert LITERAL.search(written)

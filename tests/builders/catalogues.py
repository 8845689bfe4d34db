"""Catalogues for languages that have none yet: every sentence is itself, in brackets.

A sentence that a page, a message or a card does not take from its catalogue then shows: it has no
brackets.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any

import html5lib
import polib

from kiosk.language import languages


def every_language(folder: Path) -> Path:
    """Make ``folder`` a copy of ``translations/`` where every language is active and complete."""
    source = languages.FOLDER / "languages.toml"
    text = source.read_text("utf-8").replace("active = false", "active = true")
    (folder / "languages.toml").write_text(text, "utf-8")
    for language in languages.read_languages(folder):
        if language.code != languages.SOURCE:
            path = languages.catalogue_path(language.code, folder)
            path.parent.mkdir(parents=True)
            path.write_text(_bracketed(), "utf-8")
    return folder


def unbracketed(html: str, *values: str) -> list[str]:
    """List the words of a page that are neither in brackets nor in one of ``values``.

    Texts marked with another language, keys (``<kbd>``) and what is marked ``translate="no"`` do
    not count; attributes that are read aloud or shown do.
    """
    page = html5lib.parse(html, namespaceHTMLElements=False)
    return rest(" ".join(_texts(page.find("body"), page.get("lang"))), *values)


def _texts(element: Any, language: str) -> Iterator[str]:
    if not isinstance(element.tag, str) or element.tag in ("script", "style", "kbd"):
        return
    if element.get("translate") == "no" or element.get("lang", language) != language:
        return
    yield from (element.get(name, "") for name in ("alt", "aria-label", "placeholder", "title"))
    yield element.text or ""
    for child in element:
        yield from _texts(child, language)
        yield child.tail or ""


def rest(text: str, *values: str) -> list[str]:
    """List what remains of a text without its bracketed sentences and without ``values``."""
    for value in sorted(values, key=len, reverse=True):
        text = text.replace(value, " ")
    while (shorter := re.sub(r"\[[^][]*\]", " ", text)) != text:
        text = shorter
    return re.findall(r"\S*[^\W\d_]\S*", text)


@lru_cache(maxsize=1)
def _bracketed() -> str:
    sentences = polib.pofile(languages.catalogue_path("en").read_text("utf-8"))
    for entry in sentences:
        if entry.msgid_plural:
            entry.msgstr_plural = {0: f"[{entry.msgid}]", 1: f"[{entry.msgid_plural}]"}
        else:
            entry.msgstr = f"[{entry.msgid}]"
    return str(sentences)

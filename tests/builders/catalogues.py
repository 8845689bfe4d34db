"""Catalogues for languages that have none yet: every sentence is itself, in brackets.

A sentence that a page, a message or a card does not take from its catalogue then shows: it has no
brackets.
"""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path

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
    """List the texts of a document that are neither in brackets nor one of ``values``."""
    document = html5lib.parse(html, namespaceHTMLElements=False)
    body = document.find("body")
    for hidden in [*body.iter("script"), *body.iter("style")]:
        hidden.text = None
    return rest(" ".join(body.itertext()), *values)


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

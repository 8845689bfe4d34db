"""A catalogue for a language that has none yet: every sentence in brackets."""

from __future__ import annotations

from pathlib import Path

import polib

from kiosk.language.languages import catalogue_path


def bracketed(code: str, folder: Path) -> Path:
    """Write a complete catalogue of ``code`` in ``folder``: « Fermer » becomes “[Fermer]”.

    It stands for a translation, so that a sentence still in French shows by its missing brackets.
    """
    sentences = polib.pofile(catalogue_path("en").read_text("utf-8"))
    for entry in sentences:
        entry.flags = [flag for flag in entry.flags if flag != "fuzzy"]
        if entry.msgid_plural:
            entry.msgstr_plural = {
                0: f"[{entry.msgid}]",
                1: f"[{entry.msgid_plural}]",
            }
        else:
            entry.msgstr = f"[{entry.msgid}]"
    sentences.metadata["Language"] = code
    path = catalogue_path(code, folder)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(str(sentences), "utf-8")
    return folder

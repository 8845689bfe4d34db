"""Collect the sentences shown to people into the catalogues, and check the catalogues.

Called by ``make strings`` and, with ``--check``, by ``make check``. pybabel extracts and updates,
dennis compares placeholders and tags; what is left here is the rule that an active language misses
no sentence. Needs the packages of requirements-dev; decision 0221.
"""

from __future__ import annotations

import logging
import sys
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import polib
from babel.messages.frontend import CommandLineInterface
from dennis.linter import Linter

from kiosk.language.languages import FOLDER, SOURCE, Language, catalogue_path, read_languages
from kiosk.settings import ROOT

PLACEHOLDERS = ["python-format", "python-brace-format"]
RULES = ["E101", "E102", "E103", "E104", "E201", "W202", "W301", "W303"]
"""Every rule of dennis for translations but W302: « Date » is “Date” in English too."""

EXTRACT = (
    *("extract", "--mapping-file", str(FOLDER / "babel.cfg"), "--project", "guichet-visio"),
    *("--ignore-dirs", ".* build instance node_modules tests"),
    *("--keywords", "lazy_gettext lazy_ngettext:1,2 lazy_pgettext:1c,2"),
    # No line numbers, and sorted: two branches then rarely change the same line.
    *("--no-location", "--sort-output", "--width", "100"),
    *("--add-comments", "NOTE:", "--strip-comments"),
)
UPDATE = (
    *("update", "--no-fuzzy-matching", "--ignore-obsolete", "--width", "100"),
    *("--ignore-pot-creation-date", "--init-missing"),
)


def collect(*, write: bool, folder: Path = FOLDER) -> list[str]:
    """Update every catalogue from the code; return what is wrong, one line each.

    With ``write`` the catalogues of ``folder`` are rewritten; without, a catalogue that would
    change is reported as stale.
    """
    with TemporaryDirectory() as scratch:
        template = Path(scratch) / "messages.pot"
        _pybabel(*EXTRACT, "--output-file", str(template), str(ROOT))
        return [
            problem
            for language in read_languages(folder)
            if language.code != SOURCE
            and (language.active or catalogue_path(language.code, folder).exists())
            for problem in _bring_in_line(language, template, folder, write=write)
        ]


def _bring_in_line(
    language: Language, template: Path, folder: Path, *, write: bool
) -> Iterator[str]:
    path = catalogue_path(language.code, folder)
    before = path.read_bytes() if path.exists() else b""
    updated = template.with_name("messages.po")
    updated.unlink(missing_ok=True)
    if before:
        updated.write_bytes(before)
    _pybabel(
        *UPDATE, *("--locale", language.code, "--input-file", str(template)),
        *("--output-file", str(updated)),
    )  # fmt: skip
    if write and updated.read_bytes() != before:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(updated.read_bytes())
    elif updated.read_bytes() != before:
        yield f"{language.code}: the catalogue is stale, run `make strings`"
    for problem in faults(updated, complete=language.active):
        yield f"{language.code}: {problem}"


def faults(catalogue: Path, *, complete: bool) -> Iterator[str]:
    """Say what is wrong in a .po file: placeholders, tags and, if asked, what is missing."""
    text = catalogue.read_text("utf-8")
    for found in Linter(PLACEHOLDERS, RULES).verify_file(text):
        yield f"{found.code}: {found.msg}: {found.poentry.msgid!r}"
    if complete:
        sentences = polib.pofile(text)
        for entry in sentences.untranslated_entries():
            yield f"not translated: {entry.msgid!r}"
        for entry in sentences.fuzzy_entries():
            yield f"to be re-read: {entry.msgid!r}"


def _pybabel(*arguments: str) -> None:
    logging.getLogger("babel").setLevel(logging.ERROR)
    CommandLineInterface().run(["pybabel", "--quiet", *arguments])  # type: ignore[no-untyped-call]


def main(arguments: list[str]) -> int | str:
    """Run from the command line; return what to print at the end, 0 when all is well."""
    return "\n".join(collect(write="--check" not in arguments)) or 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

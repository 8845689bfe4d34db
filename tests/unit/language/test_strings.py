"""What `make strings` collects, and what `make check` refuses in a catalogue."""

from __future__ import annotations

from pathlib import Path

import polib
import pytest

from kiosk.developers.strings import collect, faults
from kiosk.language.languages import FOLDER, catalogue_path

HEADER = 'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=utf-8\\n"\n\n'


@pytest.mark.parametrize(
    ("entry", "fault"),
    [
        ('msgid "Bonjour %(name)s"\nmsgstr "Hello"', "W202"),
        ('msgid "Bonjour %(name)s"\nmsgstr "Hello %(name)s %(who)s"', "E201"),
        ('msgid "<b>Bonjour</b>"\nmsgstr "<i>Hello</i>"', "W303"),
        ('msgid "Bonjour"\nmsgstr ""', "not translated"),
        ('#, fuzzy\nmsgid "Bonjour"\nmsgstr "Good day"', "to be re-read"),
    ],
)
def test_a_fault_in_a_translation_is_reported(tmp_path: Path, entry: str, fault: str) -> None:
    catalogue = tmp_path / "messages.po"
    catalogue.write_text(HEADER + entry + "\n", "utf-8")

    (found,) = faults(catalogue, complete=True)

    assert found.startswith(fault)
    assert "Bonjour" in found


def test_a_language_that_is_not_active_may_be_incomplete(tmp_path: Path) -> None:
    catalogue = tmp_path / "messages.po"
    catalogue.write_text(HEADER + 'msgid "Bonjour"\nmsgstr ""\n', "utf-8")

    assert list(faults(catalogue, complete=False)) == []


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder of translations whose English lacks one sentence and keeps one that is gone."""
    (tmp_path / "languages.toml").write_bytes((FOLDER / "languages.toml").read_bytes())
    english = polib.pofile(catalogue_path("en").read_text("utf-8"))
    english.remove(english.find("Fermer"))
    english.append(polib.POEntry(msgid="Phrase disparue", msgstr="A sentence that is gone"))
    path = catalogue_path("en", tmp_path)
    path.parent.mkdir(parents=True)
    path.write_text(str(english), "utf-8")
    return tmp_path


def test_checking_reports_a_stale_catalogue_and_changes_nothing(folder: Path) -> None:
    before = catalogue_path("en", folder).read_bytes()

    problems = collect(write=False, folder=folder)

    assert problems[0] == "en: the catalogue is stale, run `make strings`"
    assert problems[1:] == ["en: not translated: 'Fermer'"]
    assert catalogue_path("en", folder).read_bytes() == before


def test_collecting_adds_new_sentences_and_removes_dead_ones(folder: Path) -> None:
    problems = collect(write=True, folder=folder)

    english = polib.pofile(catalogue_path("en", folder).read_text("utf-8"))
    assert problems == ["en: not translated: 'Fermer'"]
    assert english.find("Fermer") is not None
    assert english.find("Phrase disparue", include_obsolete_entries=True) is None


def test_the_sentences_of_paper_are_collected_too() -> None:
    english = polib.pofile(catalogue_path("en").read_text("utf-8"))

    assert english.find("puis ce code") is not None

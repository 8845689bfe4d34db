"""Languages: which are offered, and what happens when one has no catalogue."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from kiosk.developers.strings import collect
from kiosk.language.catalogues import catalogue
from kiosk.language.languages import Language, LanguagesError, check, known

FRENCH = Language(code="fr", html="fr", endonym="Français", dir="ltr", active=True)
ARABIC = Language(code="ar", html="ar", endonym="العربية", dir="rtl", active=True)


def test_a_language_without_catalogue_stops_the_start_and_says_which(tmp_path: Path) -> None:
    with pytest.raises(LanguagesError, match="ar is active"):
        check((FRENCH, ARABIC), tmp_path)


def test_the_source_language_cannot_be_switched_off(tmp_path: Path) -> None:
    with pytest.raises(LanguagesError, match="must be active"):
        check((replace(FRENCH, active=False),), tmp_path)


def test_a_language_that_is_not_active_is_not_offered(tmp_path: Path) -> None:
    assert list(check((FRENCH, replace(ARABIC, active=False)), tmp_path)) == ["fr"]


def test_every_language_names_itself_and_only_arabic_is_right_to_left() -> None:
    languages = known()

    assert languages["en"].endonym == "English"
    assert [code for code, language in languages.items() if language.dir == "rtl"] == ["ar"]
    assert languages["fr@falc"].html == "fr"


def test_french_needs_no_catalogue_and_english_has_its_own() -> None:
    assert catalogue("fr").gettext("Besoin d'aide ?") == "Besoin d’aide\u202f?"
    assert catalogue("en").gettext("Besoin d'aide ?") == "Need help?"


def test_zero_is_singular_in_french_and_plural_in_english() -> None:
    sentence = ("%(num)s minute", "%(num)s minutes")

    assert catalogue("fr").ngettext(*sentence, 0) == "%(num)s\u00a0minute"
    assert catalogue("en").ngettext(*sentence, 0) == "%(num)s minutes"


def test_what_is_not_translated_yet_stays_french() -> None:
    assert (
        catalogue("en").gettext("Phrase qui n'existe nulle part")
        == "Phrase qui n’existe nulle part"
    )


def test_the_catalogues_in_the_repository_are_complete_and_up_to_date() -> None:
    assert collect(write=False) == []

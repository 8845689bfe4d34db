"""Typography: what a typographer would correct, and what must be left alone."""

import pytest

from kiosk.language.typography import polish


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("L'agent vous attend", "L’agent vous attend"),
        ("Êtes-vous prêt ?", "Êtes-vous prêt\u202f?"),
        ("Bonjour ! Attendez ; merci", "Bonjour\u202f! Attendez\u202f; merci"),
        ("Votre code :", "Votre code\u00a0:"),
        ("Votre code : 123 456 789", "Votre code\u00a0: 123\u202f456\u202f789"),
        ("Cliquez sur « Autoriser »", "Cliquez sur «\u00a0Autoriser\u00a0»"),
        ("Appelez le 01 23 45 67 89", "Appelez le 01\u202f23\u202f45\u202f67\u202f89"),
        ("Encore 5 min, soit 50 %", "Encore 5\u00a0min, soit 50\u00a0%"),
        ("Encore %(count)s minutes", "Encore %(count)s\u00a0minutes"),
        ("Niveau {level} %", "Niveau {level}\u00a0%"),
        ("Patientez...", "Patientez…"),
        ("l'%(name)s", "l’%(name)s"),
        ("<strong>Code</strong> : <b>d'accès</b>", "<strong>Code</strong>\u00a0: <b>d’accès</b>"),
    ],
)
def test_french_gets_its_apostrophes_and_spaces(written: str, read: str) -> None:
    polished = polish(written, "fr")

    assert polished == read


@pytest.mark.parametrize(
    "kept",
    [
        "À 14:30",
        "https://exemple.fr/a?b='c' et la suite",
        "<a href='x' title=\"l'heure : 3\">ici</a>",
        "aide@exemple.fr",
        "l&#39;heure &amp; la date",
        "%(name)s et {name}",
        "Le 3 est à 12 pas",
    ],
)
def test_tags_addresses_times_and_placeholders_are_left_alone(kept: str) -> None:
    polished = polish(kept, "fr")

    assert polished == kept


def test_english_gets_curly_apostrophes_but_keeps_its_spaces() -> None:
    polished = polish("Don't worry : it's 50 %", "en")

    assert polished == "Don’t worry : it’s 50 %"


@pytest.mark.parametrize("language", ["fr", "fr@falc", "fr_FR", "fr-CA"])
def test_every_kind_of_french_is_french(language: str) -> None:
    polished = polish("Prêt ?", language)

    assert polished == "Prêt\u202f?"


def test_polishing_twice_changes_nothing_more() -> None:
    once = polish("L'agent : « prêt ? » 50 % à 1 000 ms", "fr")

    assert polish(once, "fr") == once

"""Every guide and the card, in every language, held to the same standard."""

from __future__ import annotations

from collections.abc import Callable

import pikepdf
import pytest

from kiosk.printing import guides
from tests.guides.conftest import AMINA, GUIDES, HOME_PAGE, SAINTE_FOY
from tests.guides.paper import Paper
from tests.guides.pdf_ua import elements, faults

Printed = tuple[str, str, Paper]


def test_a_document_is_accessible_as_far_as_a_program_can_tell(printed: Printed) -> None:
    _, _, paper = printed

    assert faults(paper.bytes) == []


def test_a_document_is_a_sound_file_on_few_a4_sheets(printed: Printed) -> None:
    name, _, paper = printed

    assert paper.is_sound()
    assert paper.pages == (1 if name == "card" else 2)
    assert paper.info["Page size"].endswith("(A4)")


def test_a_document_says_its_title_language_and_tags(printed: Printed) -> None:
    name, language, paper = printed

    with pikepdf.open(paper.path) as pdf:
        spoken = str(pdf.Root.Lang)

    title = paper.info["Title"].replace("\N{NO-BREAK SPACE}", " ")
    assert spoken == language
    assert paper.info["Tagged"] == "yes"
    assert paper.info["Author"] == SAINTE_FOY.name
    if name == "card":
        assert title.startswith({"fr": "Votre rendez-vous", "en": "Your video"}[language])
    else:
        assert title == guides.load(name, language, images="").title


def test_only_our_typeface_is_used_and_embedded(printed: Printed) -> None:
    _, _, paper = printed

    assert set(paper.fonts) == {
        ("Atkinson-Hyperlegible", True),
        ("Atkinson-Hyperlegible-Bold", True),
    }


def test_its_qr_read_from_a_150_dpi_print_gives_the_exact_address(printed: Printed) -> None:
    name, _, paper = printed

    codes = paper.codes(dpi=150)

    assert [code.text for code in codes] == [AMINA.join_url if name == "card" else HOME_PAGE]


def test_nothing_is_printed_over_anything_else(printed: Printed) -> None:
    _, _, paper = printed

    assert paper.collisions() == []


@pytest.mark.parametrize(("slug", "language"), GUIDES)
def test_a_guide_that_comes_from_no_house_in_particular_is_whole(
    file_paper: Callable[[bytes], Paper], slug: str, language: str
) -> None:
    paper = file_paper(guides.pdf(slug, language))

    assert (paper.pages, paper.collisions(), faults(paper.bytes)) == (2, [], [])
    assert paper.codes() == []
    assert {"fr": "le numéro écrit", "en": "the number written"}[language] in paper.text


def test_a_document_can_be_read_aloud_with_all_that_matters(printed: Printed) -> None:
    name, language, paper = printed
    said = {
        ("card", "fr"): ["mardi 1er décembre 2026", "à 14 h 30", "30 minutes", "jusqu’au"],
        ("card", "en"): ["Tuesday 1 December 2026", "at 2:30 pm", "30 minutes", "until"],
        ("guide", "fr"): ["15 minutes avant", "« Je suis bloqué »", "225 Mo", "Rien n’est enreg"],
        ("guide", "en"): ["15 minutes before", "“I am stuck”", "225 MB", "Nothing is recorded"],
    }[("card" if name == "card" else "guide"), language]
    if name == "card":
        said += ["Amina Ben Salah", "Léa Martin", "483 920 175", "tulipe-4821"]

    text = paper.text

    for words in (*said, "05 57 41 00 00", "visio.sainte-foy.example"):
        assert words in text


def test_every_figure_is_described_in_the_guides_own_words(printed: Printed) -> None:
    name, language, paper = printed
    if name == "card":
        expected = 1
    else:
        expected = guides.load(name, language, images="").html.count("<img ") + 1

    with pikepdf.open(paper.path) as pdf:
        described = [str(figure.Alt) for tag, figure in elements(pdf) if tag == "Figure"]

    assert len(described) == expected
    assert "QR" in "".join(described)

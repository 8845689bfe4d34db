"""The appointment card: what it says, how it says it, and what it must never say."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields, replace
from datetime import UTC, datetime

import pikepdf
import pytest

from kiosk.errors import NotFound
from kiosk.printing.cards import AppointmentCard, card_html, print_card
from kiosk.printing.document import Job
from kiosk.printing.worker import PrintingFailed, render
from tests.guides.conftest import AMINA
from tests.guides.paper import Paper
from tests.guides.pdf_ua import faults

FilePaper = Callable[[bytes], Paper]
MM_PER_INCH = 25.4


def test_the_reason_of_the_appointment_cannot_be_printed() -> None:
    assert {field.name for field in fields(AppointmentCard)} == {
        "citizen_name",
        "agent_name",
        "house_name",
        "house_phone",
        "house_address",
        "starts_at",
        "time_zone",
        "duration_min",
        "join_url",
        "short_url",
        "room_code",
        "password",
        "valid_until",
        "language",
    }


def test_the_qr_is_four_centimetres_wide_and_stands_in_white(file_paper: FilePaper) -> None:
    paper = file_paper(print_card(AMINA))

    (code,) = paper.codes(dpi=150)

    corners = code.position
    wide_mm = (corners.top_right.x - corners.top_left.x) / 150 * MM_PER_INCH
    assert wide_mm >= 39
    (picture,) = paper.pictures(150)
    quiet_px = round(4 / 45 * 49 / MM_PER_INCH * 150) - 2
    left, top = corners.top_left.x, corners.top_left.y
    white = picture.convert("L").crop((left - quiet_px, top, left - 2, top + 40))
    assert white.getextrema() == (255, 255)


def test_the_qr_is_found_even_on_a_poor_photocopy(file_paper: FilePaper) -> None:
    paper = file_paper(print_card(AMINA))

    assert [code.text for code in paper.codes(dpi=75)] == [AMINA.join_url]


def test_long_names_and_addresses_stay_on_one_sheet_and_in_their_place(
    file_paper: FilePaper,
) -> None:
    long = replace(
        AMINA,
        citizen_name="Marie-Antoinette de La Rochefoucauld-Montmorency épouse Ben Abdelkader",
        agent_name="Jean-Christophe Vanderschueren-Delaplace",
        house_name="France services de la communauté de communes du Pays de Sainte-Foy-la-Grande",
        house_address="Maison des services au public, 102 boulevard du Général-de-Gaulle, 33220",
        short_url="https://rendez-vous-visio.communaute-de-communes-du-pays-foyen.example/fr",
    )

    papers = [file_paper(print_card(replace(long, language=said))) for said in ("fr", "en")]

    assert [(paper.pages, paper.collisions()) for paper in papers] == [(1, []), (1, [])]


def test_a_name_is_printed_as_it_is_and_never_as_html(file_paper: FilePaper) -> None:
    paper = file_paper(print_card(replace(AMINA, citizen_name='<img src="x"> & {name}')))

    assert 'pour <img src="x"> & {name}' in paper.text


@pytest.mark.parametrize("name", ["أمينة بن صالح", "Олена Шевченко", "Nguyễn Thị Hạnh"])
def test_a_name_in_any_script_is_printed_with_a_typeface_that_has_it(
    file_paper: FilePaper, name: str
) -> None:
    paper = file_paper(print_card(replace(AMINA, citizen_name=name)))

    assert faults(paper.bytes) == []
    assert all(embedded for _, embedded in paper.fonts)
    assert len(paper.fonts) > 2
    assert name in paper.text


@pytest.mark.usefixtures("every_language")
def test_a_card_in_a_language_just_made_active_is_printed_from_right_to_left(
    file_paper: FilePaper,
) -> None:
    paper = file_paper(print_card(replace(AMINA, language="ar")))

    with pikepdf.open(paper.path) as pdf:
        assert str(pdf.Root.Lang) == "ar"
    assert faults(paper.bytes) == []
    assert (paper.pages, [code.text for code in paper.codes()]) == (1, [AMINA.join_url])


def test_a_card_in_a_language_without_catalogue_is_french_and_says_so() -> None:
    html = card_html(replace(AMINA, language="ar"))

    assert '<html lang="fr" dir="ltr">' in html
    assert "Mardi 1er décembre 2026" in html


@pytest.mark.parametrize(
    ("zone", "language", "hour"),
    [
        ("Europe/Paris", "fr", "14 h 30"),
        ("Europe/Paris", "en", "2:30 pm"),
        ("Indian/Reunion", "fr", "17 h 30 (heure : La Réunion)"),
        ("America/Martinique", "fr", "9 h 30 (heure : Martinique)"),
    ],
)
def test_the_hour_is_in_the_time_zone_of_the_house(zone: str, language: str, hour: str) -> None:
    html = card_html(replace(AMINA, time_zone=zone, language=language))

    assert f"<strong>{hour}</strong>" in html.replace("\N{NO-BREAK SPACE}", " ")


def test_a_round_hour_has_no_minutes_and_an_ordinary_day_its_number() -> None:
    card = replace(AMINA, starts_at=datetime(2026, 7, 14, 7, 0, tzinfo=UTC))

    html = card_html(card).replace("\N{NO-BREAK SPACE}", " ")

    assert "Mardi 14 juillet 2026" in html
    assert "<strong>9 h</strong>" in html


def test_a_code_typed_with_or_without_spaces_is_shown_in_threes() -> None:
    html = card_html(replace(AMINA, room_code="483 920 175"))

    assert "483\N{NO-BREAK SPACE}920\N{NO-BREAK SPACE}175" in html


def test_a_naive_hour_is_refused() -> None:
    with pytest.raises(ValueError, match="aware"):
        card_html(replace(AMINA, valid_until=datetime(2026, 12, 1, 15, 0)))


@pytest.mark.parametrize("language", ["xx", "../fr", "", "fr.toml"])
def test_a_language_that_does_not_exist_is_refused(language: str) -> None:
    with pytest.raises(NotFound, match=r"printing\.no_such_language"):
        print_card(replace(AMINA, language=language))


@pytest.mark.parametrize(
    "name", ["王小明", "さくら 김민수", "Zoé 😀", "👩\u200d👩\u200d👧", "A\u0378\U000f0000B"]
)
def test_a_name_in_any_script_is_printed(file_paper: FilePaper, name: str) -> None:
    paper = file_paper(print_card(replace(AMINA, citizen_name=name)))

    assert paper.pages == 1


def test_a_letter_that_no_font_has_is_refused_in_our_own_words() -> None:
    html = card_html(AMINA).replace("<h1>", "<h1>\U000f0000")

    with pytest.raises(PrintingFailed):
        render(Job(html, given="王小明"))


def test_a_word_of_120_letters_stays_on_the_sheet(file_paper: FilePaper) -> None:
    paper = file_paper(
        print_card(replace(AMINA, citizen_name=("Wolfeschlegelsteinhausenbergerdorff" * 4)[:120]))
    )

    assert paper.pages == 1

"""What people type, in one form."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.language.typed import MOST_MARKS, cut, is_visible, visible_name, visible_text


@pytest.mark.parametrize(
    "name", ["王小明", "Zoé 😀", "محمد", "O’Brien", "👩\u200d👧", "می\u200cخواهم", "X", "王"]
)
def test_a_name_of_any_script_stays_as_it_is(name: str) -> None:
    assert visible_name(name) == name


@pytest.mark.parametrize(
    "name",
    ["", " ", "\u200b", "\u3164", "\u2800 \u2800", "\u202e", "\u200d", "\u0301", "\xad", "\0"],
)
def test_a_name_that_shows_nothing_is_no_name(name: str) -> None:
    assert visible_name(name) == ""


def test_signs_that_show_nothing_are_taken_out_of_a_name() -> None:
    assert visible_name("\u202eAmina\u200b \n Ben\u3164ali\u2066") == "Amina Benali"


@settings(deadline=None)
@given(st.text(max_size=60))
def test_whatever_is_typed_gives_one_visible_line_or_nothing(typed: str) -> None:
    name = visible_name(typed)

    assert name == visible_name(name)
    assert "\n" not in name
    assert name == "" or any(map(is_visible, name))


def test_marks_are_not_heaped_over_the_lines_above() -> None:
    heaped = "Z" + "\u0336\u0353\u0315" * 40 + "oé"

    name = visible_name(heaped)

    assert name.startswith("Z")
    assert name.endswith("oé")
    assert len(name) == 3 + MOST_MARKS


@pytest.mark.parametrize(
    "name", ["שָׁלוֹם", "ที่นี่", "Nguyễn Thị", "👩🏽\u200d🦰", "1\ufe0f\u20e3", "मुंबई"]
)
def test_a_name_with_the_marks_of_its_script_stays_as_it_is(name: str) -> None:
    assert visible_name(name) == name


@pytest.mark.parametrize(
    ("text", "most", "kept"),
    [
        ("Amina", 80, "Amina"),
        ("Amina", 3, "Ami"),
        ("Amina B", 6, "Amina"),
        ("A👨\u200d👩\u200d👧", 3, "A"),
        ("A👩🏽", 2, "A"),
        ("Abe\u0301\u0323", 4, "Ab"),
        ("👨\u200d👩", 2, ""),
    ],
)
def test_a_text_is_cut_between_signs_that_are_seen(text: str, most: int, kept: str) -> None:
    assert cut(text, most) == kept


@pytest.mark.parametrize("text", ["", " \n ", "\u200b", "\u2800\u3164", "\x07\x1b", "\u202e"])
def test_a_text_that_shows_nothing_is_empty(text: str) -> None:
    assert visible_text(text) == ""


def test_a_text_keeps_its_lines_and_loses_what_turns_or_rings() -> None:
    typed = " Bonjour\x07,\r\n\u202eje\u202c suis\tlà\n\n\n\n\nMerci 👩\u200d👧\u200b "

    assert visible_text(typed) == "Bonjour,\nje suis là\n\nMerci 👩\u200d👧"


@settings(deadline=None)
@given(st.text(max_size=60), st.integers(0, 20))
def test_whatever_is_typed_can_be_cut_and_cleaned_twice(typed: str, most: int) -> None:
    assert visible_text(visible_text(typed)) == visible_text(typed)
    assert len(cut(typed, most)) <= most
    assert typed.startswith(cut(typed, most))

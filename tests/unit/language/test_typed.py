"""What people type, in one form."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.language.typed import is_visible, visible_name


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

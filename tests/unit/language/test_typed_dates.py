"""Days and hours, as people write them."""

from __future__ import annotations

from datetime import date, time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.language import dates
from kiosk.language.languages import known
from kiosk.language.typed_dates import FIRST_YEAR, LAST_YEAR, read_day, read_hour

TODAY = date(2026, 11, 30)

days = st.dates(date(FIRST_YEAR, 1, 1), date(LAST_YEAR, 12, 31))
ARABIC = str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")


@pytest.mark.parametrize(
    "written",
    [
        "2026-12-30",
        "30/12/2026",
        "30/12/26",
        "30.12.2026",
        "30-12-2026",
        "30 12 2026",
        "30122026",
        " 30 / 12 / 2026 ",
        "30/12",
        "٣٠/١٢/٢٠٢٦",
        "30 décembre 2026",
        "30 Décembre",
        "mercredi 30 décembre 2026",
        "mer. 30 déc. 2026",
        "le 30 decembre",
        "30 December 2026",
        "30th of December 2026",
        "December 30, 2026",
        "Dec. 30",
        "30/12/2026.",
        "30\u201312\u20132026",
        "30\u201112\u20112026",
        "30_12_2026",
        "30\\12\\2026",
        "30-déc-26",
        "30-déc.-2026",
        "30/12/2026 (mercredi)",
        "Mer 30/12/2026",
        "2026-12-30T00:00",
        "2026 12 30",
        "20261230",
        "301226",
        "2026年12月30日",
    ],
)
def test_a_day_is_read_however_it_is_written(written: str) -> None:
    assert read_day(written, today=TODAY) == date(2026, 12, 30)


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("1er décembre", date(2026, 12, 1)),
        ("30/11", date(2026, 11, 30)),
        ("29/11", date(2027, 11, 29)),
        ("29 février 2028", date(2028, 2, 29)),
    ],
)
def test_a_day_without_a_year_is_the_next_one(written: str, read: date) -> None:
    assert read_day(written, today=TODAY) == read


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("29/11", date(2026, 11, 29)),
        ("29 novembre", date(2026, 11, 29)),
        ("31/10", date(2026, 10, 31)),
        ("30/10", date(2027, 10, 30)),
        ("29/11/2027", date(2027, 11, 29)),
    ],
)
def test_a_day_just_past_is_not_that_of_next_year_where_none_is_meant_so_far_ahead(
    written: str, read: date
) -> None:
    assert read_day(written, today=TODAY, since=date(2026, 10, 31)) == read


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("aujourd\u2019hui", date(2026, 11, 30)),
        ("Demain", date(2026, 12, 1)),
        ("après-demain", date(2026, 12, 2)),
        ("tomorrow", date(2026, 12, 1)),
    ],
)
def test_a_near_day_has_a_name(written: str, read: date) -> None:
    assert read_day(written, today=TODAY, since=date(2026, 10, 31)) == read


@pytest.mark.parametrize(
    "written",
    ["lundi 30 décembre 2026", "mar. 30/12", "30/12/2026 (lundi)", "Monday 30 December 2026"],
)
def test_a_day_of_the_week_that_is_another_one_is_no_day(written: str) -> None:
    assert read_day(written, today=TODAY) is None


@pytest.mark.parametrize(
    "written",
    [
        "",
        "hier",
        "31/11/2026",
        "29/02/2027",
        "12/30/2026",
        "9999-12-31",
        "30/12/0206",
        "0001-01-01",
    ],
)
def test_what_is_no_day_is_not_read(written: str) -> None:
    assert read_day(written, today=TODAY) is None


@settings(deadline=None)
@given(days, st.sampled_from(["{0:%d/%m/%Y}", "{0.day}.{0.month}.{0.year}", "{0:%Y-%m-%d}"]))
def test_every_day_in_figures_is_read(day: date, form: str) -> None:
    written = form.format(day)

    assert read_day(written, today=TODAY) == day
    assert read_day(written.translate(ARABIC), today=TODAY) == day


@pytest.mark.parametrize("language", ["fr", "en", "es", "pt", "ro", "tr"])
@settings(deadline=None)
@given(day=days)
def test_a_day_that_we_write_can_be_typed_again(language: str, day: date) -> None:
    assert language in known()
    written = dates.day(day, "Europe/Paris", language)

    assert read_day(written, today=TODAY) == day


@pytest.mark.parametrize(
    "written",
    [
        "14:30",
        "14h30",
        "14 h 30",
        "14H30",
        "14.30",
        "1430",
        "14:30:00",
        "14:30:00.000",
        "14h30mn",
        "14 heures 30",
        "2:30 pm",
        "2.30pm",
        "2:30 p.m.",
        "14\u00a0h\u202f30",
        "１４：３０",
        "14 30",
        "14,30",
        "14'30",
        "14h30m",
        "à 14h30",
    ],
)
def test_an_hour_is_read_however_it_is_written(written: str) -> None:
    assert read_hour(written) == time(14, 30)


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("14h", time(14)),
        ("14", time(14)),
        ("9h05", time(9, 5)),
        ("12 am", time(0)),
        ("12pm", time(12)),
        ("midi", time(12)),
        ("à midi", time(12)),
        ("Minuit", time(0)),
        ("noon", time(12)),
    ],
)
def test_a_round_hour_needs_no_minutes(written: str, read: time) -> None:
    assert read_hour(written) == read


@pytest.mark.parametrize("written", ["", "25:00", "14h60", "13 pm", "tantôt", "-1", "14h3"])
def test_what_is_no_hour_is_not_read(written: str) -> None:
    assert read_hour(written) is None


@settings(deadline=None)
@given(st.times(), st.sampled_from(["{0:%H:%M}", "{0:%Hh%M}", "{0.hour}h{0:%M}", "{0:%I:%M %p}"]))
def test_every_hour_is_read(hour: time, form: str) -> None:
    assert read_hour(form.format(hour)) == hour.replace(second=0, microsecond=0)


@settings(deadline=None)
@given(st.text(max_size=40))
def test_whatever_is_typed_gives_a_day_and_an_hour_or_nothing(typed: str) -> None:
    assert read_day(typed, today=TODAY) is None or isinstance(read_day(typed, today=TODAY), date)
    assert read_hour(typed) is None or isinstance(read_hour(typed), time)

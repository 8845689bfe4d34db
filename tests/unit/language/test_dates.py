"""Days and hours in words: one form for each language, whatever shows it (decision 0220)."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from kiosk.language import dates, numbers

FIRST = datetime(2026, 12, 1, 13, 30, tzinfo=UTC)
PARIS = "Europe/Paris"


@pytest.mark.parametrize(
    ("language", "day", "hour"),
    [
        ("fr", "mardi 1er décembre 2026", "14 h 30"),
        ("fr@falc", "mardi 1er décembre 2026", "14 h 30"),
        ("en", "Tuesday 1 December 2026", "2:30 pm"),
        ("es", "martes, 1 de diciembre de 2026", "14:30"),
        ("pt", "terça-feira, 1 de dezembro de 2026", "14:30"),
        ("ro", "marți, 1 decembrie 2026", "14:30"),
        ("tr", "1 Aralık 2026 Salı", "14:30"),
        ("uk", "вівторок, 1 грудня 2026 р.", "14:30"),
        ("ar", "الثلاثاء، 1 ديسمبر 2026", "2:30 م"),
    ],
)
def test_each_language_writes_a_day_and_an_hour_its_own_way(
    language: str, day: str, hour: str
) -> None:
    assert plain(dates.day(FIRST, PARIS, language)) == day
    assert plain(dates.hour(FIRST, PARIS, language)) == hour


@pytest.mark.parametrize(
    ("language", "moment"),
    [
        ("fr", "mardi 1er décembre 2026 à 14 h 30"),
        ("en", "Tuesday 1 December 2026 at 2:30 pm"),
        ("es", "martes, 1 de diciembre de 2026, 14:30"),
        ("ar", "الثلاثاء، 1 ديسمبر 2026، 2:30 م"),
    ],
)
def test_a_day_and_an_hour_are_joined_as_the_language_joins_them(
    language: str, moment: str
) -> None:
    assert plain(dates.moment(FIRST, PARIS, language)) == moment


@pytest.mark.parametrize(
    ("language", "day", "hour"),
    [
        ("fr", "mar. 1er déc.", "14h30"),
        ("en", "Tue 1 Dec", "2:30pm"),
        ("es", "mar, 1 dic", "14:30"),
    ],
)
def test_an_sms_gets_short_forms(language: str, day: str, hour: str) -> None:
    assert dates.short_day(FIRST, PARIS, language) == day
    assert dates.short_hour(FIRST, PARIS, language) == hour


def test_only_the_first_is_le_premier() -> None:
    days = [dates.day(date(2026, 12, day), PARIS, "fr") for day in (1, 2, 11, 21, 31)]

    assert [day.split()[1] for day in days] == ["1er", "2", "11", "21", "31"]


def test_an_hour_never_breaks_across_two_lines() -> None:
    for language in ("fr", "en", "ar", "es"):
        assert " " not in dates.hour(FIRST, PARIS, language)


def test_a_day_is_that_of_the_house_and_a_date_belongs_to_no_zone() -> None:
    late = datetime(2026, 12, 1, 22, 30, tzinfo=UTC)

    assert dates.day(late, "Indian/Reunion", "fr") == "mercredi 2 décembre 2026"
    assert dates.day(date(2026, 12, 1), "Indian/Reunion", "fr") == "mardi 1er décembre 2026"


def test_a_zone_other_than_paris_is_named() -> None:
    far = dates.moment_and_zone(FIRST, "Indian/Reunion", "fr")

    assert plain(far) == "mardi 1er décembre 2026 à 17 h 30 (heure : La Réunion)"
    assert plain(dates.hour_and_zone(FIRST, PARIS, "fr")) == "14 h 30"


def test_lengths_of_time_are_counted_as_the_language_counts() -> None:
    assert [plain(numbers.minutes(count, "fr")) for count in (1, 30)] == ["1 minute", "30 minutes"]
    assert plain(numbers.minutes(30, "ro")) == "30 de minute"


def test_digits_are_grouped_by_three_and_stay_together() -> None:
    assert numbers.in_threes("483 920175") == "483\u00a0920\u00a0175"


def plain(text: str) -> str:
    """Return a text with ordinary spaces."""
    return text.replace("\u00a0", " ")

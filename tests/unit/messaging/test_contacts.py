"""Addresses and numbers, as people write them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.errors import KioskError
from kiosk.messaging.contacts import (
    display_phone,
    may_receive_sms,
    normalise_email,
    normalise_phone,
)


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        (" robert.martin@Exemple.FR ", "robert.martin@exemple.fr"),
        ("Amina+caf@exemple.fr", "Amina+caf@exemple.fr"),
        ("josé@exemple.fr", "josé@exemple.fr"),
    ],
)
def test_an_address_is_stored_in_one_form(typed: str, stored: str) -> None:
    assert normalise_email(typed) == stored


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "robert",
        "robert@",
        "@exemple.fr",
        "robert@exemple",
        "robert@exemple.fr, amina@exemple.fr",
        "Robert <robert@exemple.fr>",
        "robert@exemple.fr\nBcc: all@exemple.fr",
        "a" * 250 + "@exemple.fr",
    ],
)
def test_what_is_no_address_is_refused(typed: str) -> None:
    with pytest.raises(KioskError) as refused:
        normalise_email(typed)

    assert refused.value.code == "contact.bad_email"


@pytest.mark.parametrize(
    ("typed", "region", "stored"),
    [
        ("06 39 98 00 42", "FR", "+33639980042"),
        ("06.39.98.00.42", "FR", "+33639980042"),
        ("+33 (0)6 39 98 00 42", "FR", "+33639980042"),
        ("0033 639 980 042", "FR", "+33639980042"),
        ("0692 12 34 56", "RE", "+262692123456"),
        ("0692 12 34 56", "FR", "+33692123456"),
        ("+44 7700 900123", "FR", "+447700900123"),
    ],
)
def test_a_number_is_read_in_the_territory_of_the_house(
    typed: str, region: str, stored: str
) -> None:
    assert normalise_phone(typed, region) == stored


@pytest.mark.parametrize(
    "typed",
    ["", "12", "06 39 98", "O6 39 98 00 42", "06 39 98 00 42 00 00", "poste 12", "<script>"],
)
def test_what_is_no_number_is_refused(typed: str) -> None:
    with pytest.raises(KioskError) as refused:
        normalise_phone(typed, "FR")

    assert refused.value.code == "contact.bad_phone"


@given(st.text(max_size=40))
def test_whatever_is_typed_gives_a_number_or_a_clear_refusal(typed: str) -> None:
    try:
        number = normalise_phone(typed, "FR")
    except KioskError:
        return

    assert number.startswith("+")
    assert number[1:].isdecimal()
    assert normalise_phone(number, "RE") == number


def test_a_fixed_line_gets_no_sms_and_a_mobile_does() -> None:
    assert not may_receive_sms("+33555123456")
    assert may_receive_sms("+33612345678")
    assert may_receive_sms("+33639980042")


def test_a_number_is_shown_as_its_country_writes_it() -> None:
    assert display_phone("+33555123456") == "05 55 12 34 56"
    assert display_phone("+262262123456") == "0262 12 34 56"
    assert display_phone("3939") == "3939"

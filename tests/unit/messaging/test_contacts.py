"""Addresses and numbers, as people write them."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.errors import KioskError
from kiosk.messaging.contacts import (
    display_phone,
    likely_meant,
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
        ("\u200brobert@exemple.fr\u202c", "robert@exemple.fr"),
        ("robert@exemple.fr.", "robert@exemple.fr"),
        ("robert@exemple.fr ;", "robert@exemple.fr"),
        ("<robert@exemple.fr>,", "robert@exemple.fr"),
        ("mailto:robert@exemple.fr", "robert@exemple.fr"),
        ("MAILTO:robert@exemple.fr?subject=rdv", "robert@exemple.fr"),
        ("robert＠exemple.fr", "robert@exemple.fr"),
        ("\u0430nna@orange.fr", "anna@orange.fr"),
        ("пошта@exemple.fr", "пошта@exemple.fr"),
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
    ("typed", "meant"),
    [
        ("amina@gmail.con", "amina@gmail.com"),
        ("amina@gmial.com", "amina@gmail.com"),
        ("amina@gmail.fr", "amina@gmail.com"),
        ("amina@gmai.com", "amina@gmail.com"),
        ("amina@hotmail.fre", "amina@hotmail.fr"),
        ("amina@wanado.fr", "amina@wanadoo.fr"),
        ("amina@lapost.net", "amina@laposte.net"),
        ("amina@ornage.fr", "amina@orange.fr"),
    ],
)
def test_a_slip_in_a_known_provider_s_name_is_seen(typed: str, meant: str) -> None:
    assert likely_meant(typed) == meant


@pytest.mark.parametrize(
    "typed",
    [
        "amina@gmail.com",
        "amina@ymail.com",
        "amina@outlook.be",
        "amina@hotmail.it",
        "amina@orange.fr",
        "amina@free.fr",
        "amina@fred.fr",
        "amina@mairie-orange.fr",
        "amina@exemple.fr",
    ],
)
def test_other_names_are_not_doubted(typed: str) -> None:
    assert likely_meant(typed) == ""


@pytest.mark.parametrize(
    ("typed", "region", "stored"),
    [
        ("06 39 98 00 42", "FR", "+33639980042"),
        ("06.39.98.00.42", "FR", "+33639980042"),
        ("+33 (0)6 39 98 00 42", "FR", "+33639980042"),
        ("0033 639 980 042", "FR", "+33639980042"),
        ("0692 12 34 56", "RE", "+262692123456"),
        ("0692 12 34 56", "FR", "+262692123456"),
        ("0690 12 34 56", "FR", "+590690123456"),
        ("0694 20 12 34", "RE", "+594694201234"),
        ("0696 12 34 56", "FR", "+596696123456"),
        ("06 12 34 56 78", "RE", "+33612345678"),
        ("06 12 34 56 78", "NC", "+33612345678"),
        ("78 12 34", "NC", "+687781234"),
        ("06 39 98 00 42", "RE", "+33639980042"),
        ("\u202a06\u00a012\u202f34\u201156\u201178\u202c", "FR", "+33612345678"),
        ("٠٦ ١٢ ٣٤ ٥٦ ٧٨", "FR", "+33612345678"),
        ("+44 7700 900123", "FR", "+447700900123"),
        ("0508 55 12 34", "FR", "+508551234"),
        ("05 08 55 12 34", "RE", "+508551234"),
        ("0508 55 12 34", "PM", "+508551234"),
        ("55 12 34", "PM", "+508551234"),
        ("87 12 34 56", "PF", "+68987123456"),
        ("06_12_34_56_78", "FR", "+33612345678"),
        ("06,12,34,56,78", "FR", "+33612345678"),
        ("06'12'34'56'78", "FR", "+33612345678"),
        ("tel:+33612345678", "FR", "+33612345678"),
        ("Tél. : 06 12 34 56 78", "FR", "+33612345678"),
        ("Port. 06 12 34 56 78", "FR", "+33612345678"),
        ("06 12 34 56 78 (sa fille)", "FR", "+33612345678"),
    ],
)
def test_a_number_is_read_in_the_territory_of_the_house(
    typed: str, region: str, stored: str
) -> None:
    assert normalise_phone(typed, region) == stored


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "12",
        "06 39 98",
        "O6 39 98 00 42",
        "06 39 98 00 42 00 00",
        "06 12 34 56 7",
        "06 12 34 56 789",
        "75 12 34",
        "055 12 34",
        "06 12 34",
        "06 12 34 56 78 ou 07 12 34 56 79",
        "06 12 34 56 78, 05 55 12 34 56",
        "00 00 00 00 00",
        "poste 12",
        "<script>",
    ],
)
def test_what_is_no_number_is_refused(typed: str) -> None:
    with pytest.raises(KioskError) as refused:
        normalise_phone(typed, "FR")

    assert refused.value.code in {"contact.bad_phone", "contact.no_such_phone"}


def test_a_number_with_all_its_digits_that_nobody_has_is_said_not_to_exist() -> None:
    with pytest.raises(KioskError, match=r"contact\.no_such_phone"):
        normalise_phone("06 12 34 56 789", "FR")
    with pytest.raises(KioskError, match=r"contact\.bad_phone"):
        normalise_phone("06 12 34 56 7", "FR")


@settings(deadline=None)
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
    assert not may_receive_sms("+33912345678")
    assert not may_receive_sms("+33800123456")
    assert not may_receive_sms("+262262123456")
    assert may_receive_sms("+262692123456")
    assert may_receive_sms("+447700900123")
    assert may_receive_sms("+33612345678")
    assert may_receive_sms("+33639980042")


def test_a_number_is_shown_as_its_country_writes_it() -> None:
    assert display_phone("+33555123456") == "05 55 12 34 56"
    assert display_phone("+262262123456") == "0262 12 34 56"
    assert display_phone("3939") == "3939"


@settings(deadline=None)
@given(st.integers(0, 10**8 - 1), st.sampled_from(["FR", "RE", "GP", "GF", "NC"]))
def test_a_mobile_typed_anywhere_is_the_same_number_in_every_house(rest: int, region: str) -> None:
    typed = f"06{rest:08d}"
    try:
        stored = normalise_phone(typed, region)
    except KioskError:
        return

    assert stored in {f"+{prefix}6{rest:08d}" for prefix in (33, 262, 590, 594, 596, 508, 687)}
    assert normalise_phone(stored, "FR") == stored

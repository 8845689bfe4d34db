"""Links, codes and passwords, as programs and people hand them over."""

from __future__ import annotations

from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.calls.links import PASSWORD, RoomKeys, clean_code, clean_password, clean_token

KEYS = RoomKeys("a-key-for-tests-only-and-nothing-else").credentials(b"0123456789abcdef", 1)
TOKEN = KEYS.token
ADDRESS = f"https://guichet.exemple.fr/rdv#{TOKEN}"

seeds = st.binary(min_size=16, max_size=16)
DIGITS_OF_SCRIPTS = (
    "0123456789",
    "٠١٢٣٤٥٦٧٨٩",
    "۰۱۲۳۴۵۶۷۸۹",
    "０１２３４５６７８９",
    "०१२३४५६७८९",
    "𝟎𝟏𝟐𝟑𝟒𝟓𝟔𝟕𝟖𝟗",
)
scripts = st.sampled_from(DIGITS_OF_SCRIPTS)


@pytest.mark.parametrize(
    "handed_over",
    [
        TOKEN,
        f"#{TOKEN}",
        f" #{TOKEN}\n",
        f"#{TOKEN}.",
        f"#{TOKEN})",
        f"#{TOKEN}>",
        f"#{TOKEN}%20",
        f"#{TOKEN}?fbclid=IwAR0abcdefghijklmnopqrstuvwxyz",
        f"#{TOKEN}#xtor=EPR-1",
        f"%23{TOKEN}",
        f"%2523{TOKEN}",
        f"#{TOKEN[:9]}\u200b{TOKEN[9:]}",
        f"#{TOKEN[:9]}%E2%80%8B{TOKEN[9:]}",
        f"#{TOKEN[:9]}\r\n{TOKEN[9:]}",
        f"#{TOKEN[:9]}=\r\n{TOKEN[9:]}",
        f"#{TOKEN}".replace("-", "\u2011").replace("_", "\uff3f"),
        f"#{TOKEN}".replace("-", "\u2013").replace("_", "\\_"),
        f"#{TOKEN}".replace("-", "\u2212"),
        ADDRESS,
        f"<{ADDRESS}>",
        f"https://guichet.exemple.fr/rdv?utm_source=a_long_newsletter_name_2026#{TOKEN}",
        f"https://guichet.exemple.fr/rdv%23{TOKEN}",
        f"https://guichet.exemple.fr/rdv/{TOKEN}",
        f"https://suivi.exemple.com/l?u={quote(ADDRESS, safe='')}&h=AT0abcdefghijklmnopqrstuvwxyz",
        f"Votre visio commence à 14h30. Ouvrez ce lien :\n{ADDRESS}\nAide : 05 57 41 00 00",
    ],
)
def test_a_link_survives_what_programs_do_to_it(handed_over: str) -> None:
    assert clean_token(handed_over) == TOKEN


@pytest.mark.parametrize(
    "handed_over",
    [
        "",
        "#",
        f"#{TOKEN[:21]}",
        f"#{TOKEN[:12]} et la suite de notre message",
        "https://guichet.exemple.fr/rdv",
        "https://guichet.exemple.fr/rdv?fbclid=IwAR0abcdefghijklmnopqrstuvwxyz",
    ],
)
def test_a_cut_link_is_known_as_such(handed_over: str) -> None:
    assert clean_token(handed_over) is None


@given(seeds, st.integers(1, 9), st.text(alphabet=" .,;:!?)]}>\"'»%&#/…\n", max_size=5))
def test_no_punctuation_behind_a_link_changes_it(seed: bytes, generation: int, tail: str) -> None:
    token = RoomKeys("another-key-for-tests").credentials(seed, generation).token

    assert clean_token(f"https://guichet.exemple.fr/rdv#{token}{tail}") == token


@given(st.text(max_size=200))
def test_whatever_is_pasted_gives_a_secret_or_nothing(pasted: str) -> None:
    found = clean_token(pasted)

    assert found is None or (len(found) == len(TOKEN) and found.isascii())


@given(
    seeds,
    scripts,
    st.sampled_from(["{}{}{}", "{} {} {}", "{}.{}.{}", " {}-{}-{} ", "{}\u202f{}\u00a0{}"]),
)
def test_a_code_is_read_in_the_digits_of_any_script(seed: bytes, digits: str, written: str) -> None:
    code = RoomKeys("another-key-for-tests").credentials(seed, 1).code
    typed = "".join(digits_of(digits)[int(digit)] for digit in code)

    assert clean_code(written.format(*threes(typed))) == code


@pytest.mark.parametrize(
    "pasted",
    [
        "Code : 563 254 373",
        "Code : 563 254 373 Mot de passe : tatata",
        "Rendez-vous à 14 h 30. Code : 563 254 373",
        "30/11/2026 code 563254373",
        "563 254 373563 254 373",
        "563254373563254373",
    ],
)
def test_a_pasted_line_holds_the_code(pasted: str) -> None:
    assert clean_code(pasted) == "563254373"


@pytest.mark.parametrize("typed", ["1O9 84l 9O4", "lo9841904", "IO9-84|-9o4"])
def test_letters_that_look_like_digits_are_digits_where_nothing_else_is_written(typed: str) -> None:
    assert clean_code(typed) == "109841904"


@pytest.mark.parametrize("typed", ["563 254 37", "563 254 3731", "563254373 et 563254374"])
def test_too_few_or_too_many_digits_stay_so(typed: str) -> None:
    assert len(clean_code(typed)) != 9


@pytest.mark.parametrize(
    "typed",
    [
        "tatimo",
        " Tatimo ",
        "TATIMO",
        "ta ti mo",
        "ｔａｔｉｍｏ",
        "tatımo",
        "Mot de passe : tatimo",
        "tatimo :",
        "mot de passe tatimo",
        "password tatimo",
        "mdp=tatimo",
        "Mot de passe : tatimo (6 lettres)",
        "Mot de passe : tatimo. Tél : 05 55 12 34 56",
        "Code : 563 254 373, mot de passe : tatimo.",
        "tatim0",
        "tat1mo",
        "tatím\u00f6",
        "\u0442\u0430\u0442\u0456\u043c\u043e",
    ],
)
def test_a_password_is_read_however_it_is_typed(typed: str) -> None:
    assert clean_password(typed) == "tatimo"


def test_a_digit_stands_for_the_letter_that_can_be_there() -> None:
    assert clean_password("1i2o9u") == "lizogu"


@pytest.mark.parametrize("typed", ["", "\u200b", "mot de passe", "123456", "tatimo ou tatima"])
def test_what_holds_no_password_is_none_of_ours(typed: str) -> None:
    assert not PASSWORD.fullmatch(clean_password(typed))


@given(seeds, st.integers(1, 9))
def test_every_password_that_we_draw_is_read_as_it_is(seed: bytes, generation: int) -> None:
    password = RoomKeys("another-key-for-tests").credentials(seed, generation).password

    assert clean_password(password) == password
    assert clean_password(f"Le mot de passe est {password.upper()} .") == password


def digits_of(script: str) -> list[str]:
    return list(script)


def threes(code: str) -> list[str]:
    signs = list(code)
    return ["".join(signs[i : i + 3]) for i in (0, 3, 6)]


@pytest.mark.parametrize(
    ("generation", "token", "code", "password"),
    [
        (1, "GYyy2YPKHtLKVUbzKYzBkA", "592 529 217", "fefade"),
        (2, "5AQ_0P9k6j0sfQJTqVzXQw", "435 950 002", "ledofo"),
    ],
)
def test_what_was_printed_on_a_card_is_derived_again_for_ever(
    generation: int, token: str, code: str, password: str
) -> None:
    keys = RoomKeys("a secret key of the first installation")

    found = keys.credentials(bytes(range(16)), generation)

    assert (found.token, found.spoken_code, found.password) == (token, code, password)

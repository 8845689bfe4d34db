"""An SMS costs what the network counts, and French fits in its alphabet."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.messaging.gsm import BASIC, EXTENDED, SmsLength, sms_length, to_gsm

GSM_TEXT = st.text(alphabet=sorted(BASIC | EXTENDED), max_size=700)


def test_the_alphabet_has_its_hundred_and_twenty_seven_letters() -> None:
    # 3GPP TS 23.038 table 6.2.1: 128 places, of which one is the escape.
    assert len(BASIC) == 127


@pytest.mark.parametrize("letter", "éèàùÇ€@_#")
def test_letters_the_network_knows_are_kept(letter: str) -> None:
    assert to_gsm(letter) == letter


@pytest.mark.parametrize(
    ("written", "sent"),
    [
        ("ê", "e"),
        ("ç", "c"),
        ("À bientôt", "A bientot"),
        ("cœur", "coeur"),
        ("l’heure", "l'heure"),
        ("« oui » – non…", '" oui " - non...'),
        ("14\u00a0h\u202f30", "14 h 30"),
        ("n° 3 ½ 😀", "no 3 1/2 ?"),
        ("zero\u200bwidth", "zerowidth"),
        ("Łódź, Iași, Diyarbakır", "Lódz, Iasi, Diyarbakir".replace("ó", "o")),
    ],
)
def test_other_letters_are_swapped_for_their_nearest(written: str, sent: str) -> None:
    assert to_gsm(written) == sent


@pytest.mark.parametrize("text", ["موعدك عند الساعة", "Ваша зустріч, café"])
def test_a_text_that_cannot_fit_is_left_as_it_is(text: str) -> None:
    assert to_gsm(text) == text
    assert sms_length(text).encoding == "ucs2"


@pytest.mark.parametrize(
    ("text", "length"),
    [
        ("", SmsLength("gsm", 0, 1)),
        ("a" * 160, SmsLength("gsm", 160, 1)),
        ("a" * 161, SmsLength("gsm", 161, 2)),
        ("a" * 306, SmsLength("gsm", 306, 2)),
        ("a" * 307, SmsLength("gsm", 307, 3)),
        ("€" * 80, SmsLength("gsm", 160, 1)),
        ("ê" * 70, SmsLength("ucs2", 70, 1)),
        ("ê" * 71, SmsLength("ucs2", 71, 2)),
        ("ê" * 134, SmsLength("ucs2", 134, 2)),
        ("😀" * 35, SmsLength("ucs2", 70, 1)),
        # The 153rd septet is free but a two-septet letter does not straddle: one more fragment.
        ("a" * 152 + "€" + "a" * 152, SmsLength("gsm", 306, 3)),
        ("ê" * 66 + "😀" + "ê" * 66, SmsLength("ucs2", 134, 3)),
    ],
)
def test_fragments_are_counted_as_networks_do(text: str, length: SmsLength) -> None:
    assert sms_length(text) == length


@given(GSM_TEXT)
def test_the_counted_fragments_hold_the_text_and_one_less_would_not(text: str) -> None:
    length = sms_length(text)

    capacity = 160 if length.parts == 1 else 153 * length.parts
    assert length.encoding == "gsm"
    assert length.units == len(text) + sum(letter in EXTENDED for letter in text)
    assert length.units <= capacity
    # At most one septet is lost at the end of each fragment.
    assert length.parts == 1 or length.units > max(160, 152 * (length.parts - 1))


@given(st.text(max_size=200))
def test_swapping_letters_twice_changes_nothing_more(text: str) -> None:
    once = to_gsm(text)

    assert to_gsm(once) == once
    assert sms_length(once).parts <= sms_length(text).parts or sms_length(text).encoding == "gsm"


@given(GSM_TEXT.filter(lambda text: "\f" not in text))
def test_a_text_in_the_alphabet_is_never_touched(text: str) -> None:
    assert to_gsm(text) == text

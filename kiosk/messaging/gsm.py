"""The SMS alphabet: what fits in a fragment, and letters swapped so that a text costs fewer.

3GPP TS 23.038 §6.2.1 (GSM 7-bit default alphabet and its extension) and TS 23.040 §9.2.3.24.1
(concatenation). Pure functions.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from typing import Literal

BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
EXTENDED = frozenset("^{}\\[~]|€\f")
"""Each costs two septets, and the pair never straddles two fragments."""

GSM_SINGLE, GSM_JOINED = 160, 153
UCS2_SINGLE, UCS2_JOINED = 70, 67

_SWAPS = {
    "œ": "oe",
    "Œ": "OE",
    "’": "'",
    "‘": "'",
    "ʼ": "'",
    "“": '"',
    "”": '"',
    "«": '"',
    "»": '"',
    "–": "-",
    "—": "-",
    "\u2011": "-",
    "…": "...",
    "•": "-",
    "ł": "l",
    "Ł": "L",
    "đ": "d",
    "Đ": "D",
    "ı": "i",
    "ð": "d",
    "Ð": "D",
    "þ": "th",
    "Þ": "Th",
    "µ": "u",
    "°": "o",
    "×": "x",
    "\u2044": "/",
}


@dataclass(frozen=True, slots=True)
class SmsLength:
    """How a text travels: ``units`` are septets (GSM) or 16-bit units (UCS-2)."""

    encoding: Literal["gsm", "ucs2"]
    units: int
    parts: int


def sms_length(text: str) -> SmsLength:
    """Measure a text as a network counts it; an empty one still takes one fragment."""
    if all(_is_gsm(letter) for letter in text):
        costs = [2 if letter in EXTENDED else 1 for letter in text]
        return _measured("gsm", costs, GSM_SINGLE, GSM_JOINED)
    costs = [2 if ord(letter) > 0xFFFF else 1 for letter in text]
    return _measured("ucs2", costs, UCS2_SINGLE, UCS2_JOINED)


def to_gsm(text: str) -> str:
    """Return the text in GSM letters, é and à kept, ê ç œ ’ swapped for their nearest.

    A sign without a neighbour becomes a question mark. Where a *letter* has none (Arabic,
    Ukrainian), the text comes back as it was, only cleared of invisible marks: it travels in
    UCS-2 anyway, so nothing is gained by bending it.
    """
    visible = "".join(letter for letter in _plain_spaces(text) if not _is_invisible(letter))
    swapped = "".join(_nearest(letter) for letter in visible)
    if any(unicodedata.category(letter)[0] in "LM" and not _is_gsm(letter) for letter in swapped):
        return visible
    return "".join(letter if _is_gsm(letter) else "?" for letter in swapped)


def _measured(
    encoding: Literal["gsm", "ucs2"], costs: list[int], single: int, joined: int
) -> SmsLength:
    total = sum(costs)
    if total <= single:
        return SmsLength(encoding, total, 1)
    parts, room = 1, joined
    for cost in costs:
        if cost > room:
            parts, room = parts + 1, joined
        room -= cost
    return SmsLength(encoding, total, parts)


def _is_gsm(letter: str) -> bool:
    return letter in BASIC or letter in EXTENDED


def _plain_spaces(text: str) -> str:
    return "".join(" " if unicodedata.category(letter) == "Zs" else letter for letter in text)


def _is_invisible(letter: str) -> bool:
    return unicodedata.category(letter) in ("Cf", "Cc") and letter not in "\n\r"


def _nearest(letter: str) -> str:
    if _is_gsm(letter):
        return letter
    if letter in _SWAPS:
        return _SWAPS[letter]
    parts = unicodedata.normalize("NFKD", letter)
    bare = (_SWAPS.get(part, part) for part in parts if not unicodedata.combining(part))
    return "".join(bare) or letter

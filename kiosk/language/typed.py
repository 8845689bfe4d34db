"""What people type and paste, in the one form that programs compare.

Keyboards and programs write the same thing in several ways: Arabic-Indic and full-width digits,
no-break spaces, marks of direction that a telephone book copies along with a number.
"""

from __future__ import annotations

import re
import unicodedata

_BLANK = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0")
"""Letters and signs that show nothing, although Unicode counts them among those that do."""

_INVISIBLE_CATEGORIES = frozenset({"Cc", "Cf", "Cn", "Co", "Cs", "Zl", "Zp", "Zs"})


def plain(text: str) -> str:
    """Return the text in NFKC, without invisible signs; spaces and line breaks are kept."""
    signs = unicodedata.normalize("NFKC", text)
    return "".join(sign for sign in signs if sign.isspace() or is_visible(sign))


def ascii_digits(text: str) -> str:
    """Return the text in NFKC with every decimal digit, of any script, as ``0`` to ``9``."""
    signs = unicodedata.normalize("NFKC", text)
    return "".join(str(unicodedata.decimal(sign)) if sign.isdecimal() else sign for sign in signs)


_LIKE_LATIN = str.maketrans("аеіјоуктмрзсхАВЕІЈКМНОРСТХ", "aeijoyktmpzcxABEIJKMHOPCTX")
"""Letters of Cyrillic keyboards that look like a Latin one."""


def like_latin(text: str) -> str:
    """Return the text with Cyrillic letters that look like Latin ones as those."""
    return text.translate(_LIKE_LATIN)


def is_visible(sign: str) -> bool:
    """Tell whether one sign shows something by itself; a space does not."""
    return sign not in _BLANK and unicodedata.category(sign) not in _INVISIBLE_CATEGORIES


_JOINERS = frozenset("\u200c\u200d")
"""Between letters of Persian or Hindi, and inside an emoji, these change what is seen."""


MOST_MARKS = 5
"""On one letter. Vietnamese, Hebrew and Thai need three; a heap of them covers the lines above."""

_SKIN_TONES = frozenset(map(chr, range(0x1F3FB, 0x1F400)))
_DIRECTION_MARKS = frozenset("\u200e\u200f\u061c")
"""Part of how Arabic and Hebrew are written, unlike what turns a whole line round."""


def visible_name(text: str) -> str:
    """Return a name on one line in NFC, without signs that show nothing; empty if none is left."""
    signs = " ".join(unicodedata.normalize("NFC", text).split())
    kept = "".join(sign for sign in signs if sign == " " or sign in _JOINERS or is_visible(sign))
    name = " ".join(_without_heaps(kept).split()).strip("".join(_JOINERS) + " ")
    return name if any(_shows(sign) for sign in name) else ""


def visible_text(text: str) -> str:
    """Return a text of several lines without signs that show nothing, ring or turn the line.

    At most one line stays empty between two; the text is empty if nothing shows.
    """
    lines = (" ".join(line.split()) for line in unicodedata.normalize("NFC", text).splitlines())
    kept = "\n".join(_without_heaps("".join(filter(_may_stay, line))) for line in lines).strip()
    return re.sub(r"\n{3,}", "\n\n", kept) if any(_shows(sign) for sign in kept) else ""


def cut(text: str, most: int) -> str:
    """Return at most so many signs of a text, cut before a letter or an emoji, never inside."""
    end = min(most, len(text))
    while 0 < end < len(text) and _belongs_together(text[end - 1], text[end]):
        end -= 1
    return text[:end].rstrip()


def _may_stay(sign: str) -> bool:
    return sign == " " or sign in _JOINERS | _DIRECTION_MARKS or is_visible(sign)


def _is_mark(sign: str) -> bool:
    return unicodedata.category(sign)[0] == "M"


def _belongs_together(before: str, sign: str) -> bool:
    return before in _JOINERS or sign in _JOINERS | _SKIN_TONES or _is_mark(sign)


def _without_heaps(text: str) -> str:
    """Return a text with at most MOST_MARKS marks on each letter."""
    kept, marks = [], 0
    for sign in text:
        marks = marks + 1 if _is_mark(sign) else 0
        if marks <= MOST_MARKS:
            kept.append(sign)
    return "".join(kept)


def _shows(sign: str) -> bool:
    # A mark shows on another sign only.
    return is_visible(sign) and not _is_mark(sign)

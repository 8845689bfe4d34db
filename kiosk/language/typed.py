"""What people type and paste, in the one form that programs compare.

Keyboards and programs write the same thing in several ways: Arabic-Indic and full-width digits,
no-break spaces, marks of direction that a telephone book copies along with a number.
"""

from __future__ import annotations

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


def is_visible(sign: str) -> bool:
    """Tell whether one sign shows something by itself; a space does not."""
    return sign not in _BLANK and unicodedata.category(sign) not in _INVISIBLE_CATEGORIES


_JOINERS = frozenset("\u200c\u200d")
"""Between letters of Persian or Hindi, and inside an emoji, these change what is seen."""


def visible_name(text: str) -> str:
    """Return a name on one line in NFC, without signs that show nothing; empty if none is left."""
    signs = " ".join(unicodedata.normalize("NFC", text).split())
    kept = "".join(sign for sign in signs if sign == " " or sign in _JOINERS or is_visible(sign))
    name = " ".join(kept.split()).strip("".join(_JOINERS) + " ")
    return name if any(_shows(sign) for sign in name) else ""


def _shows(sign: str) -> bool:
    # A mark shows on another sign only.
    return is_visible(sign) and unicodedata.category(sign)[0] != "M"

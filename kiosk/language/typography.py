"""Typography of sentences, applied when they are rendered; pure functions.

Authors type plain apostrophes and spaces. Every language gets ’ and …; French also gets its
no-break spaces. Tags, entities, addresses and placeholders are never changed. Decision 0032.
"""

from __future__ import annotations

import re
from functools import lru_cache

NARROW = "\u202f"
"""Narrow no-break space: before ; ! ? and between groups of digits."""

WIDE = "\u00a0"
"""No-break space: before : and », after «, between a number and its unit."""

_PROTECTED = re.compile(
    r"""
    <[^<>]*>                                   # a tag
    | &(?:\#\d+|\#x[0-9a-fA-F]+|\w+);          # an entity
    | (?:https?|wss?|mailto|tel):[^\s<>"]*[^\s<>".,;:!?)]
    | [\w.+-]+@[\w-]+(?:\.[\w-]+)+             # an e-mail address
    | %\(\w+\)[sd]                             # a gettext placeholder
    | %%                                       # a percent sign in a sentence with placeholders
    | \{\w*\}                                  # a placeholder for scripts
    """,
    re.VERBOSE,
)

_UNITS = r"(?:h|min|s|ms|minutes?|kB|MB|GB|kbit/s|Mbit/s|px|mm|digits)"
_FRENCH_UNITS = rf"(?:%|€|{_UNITS}|secondes?|heures?|jours?|mois|ans?|ko|Mo|Go|chiffres)"

_APOSTROPHE_INSIDE = re.compile(r"(?<=\w)'")
_BEFORE_HIGH_MARK = re.compile(r" (?=[;!?])")
_BEFORE_COLON = re.compile(r" (?=:(?:\s|$))")
_INSIDE_QUOTES = re.compile(r"(?<=«) | (?=»)")
_BETWEEN_DIGITS = re.compile(r"(?<=\d) (?=\d{2,3}(?!\d))")
_BEFORE_UNIT = re.compile(rf"(?<=\d) (?={_UNITS}(?!\w))")
_BEFORE_FRENCH_UNIT = re.compile(rf"(?<=\d) (?={_FRENCH_UNITS}(?!\w))")
_FRENCH_UNIT_AFTER_VALUE = re.compile(rf"^ (?={_FRENCH_UNITS}(?!\w))")


@lru_cache(maxsize=8192)
def polish(text: str, language: str) -> str:
    """Return ``text`` with the typography of ``language`` (``fr``, ``fr@falc``, ``en``…).

    Applied before placeholders are filled, so a person's name or an address that travels as a
    value is shown exactly as it was given. Polishing twice changes nothing more.
    """
    french = language.partition("@")[0].partition("_")[0].partition("-")[0] == "fr"
    pieces = []
    end = 0
    after_value = False
    for kept in _PROTECTED.finditer(text):
        pieces += [_between(text[end : kept.start()], french, after_value), kept.group()]
        after_value = kept.group()[0] in "%{" and kept.group() != "%%"
        end = kept.end()
    pieces.append(_between(text[end:], french, after_value))
    return _join_percent("".join(pieces)) if french else "".join(pieces)


def _between(text: str, french: bool, after_value: bool) -> str:
    text = _APOSTROPHE_INSIDE.sub("’", text).replace("...", "…")
    if not french:
        return _BEFORE_UNIT.sub(WIDE, text)
    text = _BEFORE_HIGH_MARK.sub(NARROW, text)
    text = _BEFORE_COLON.sub(WIDE, text)
    text = _INSIDE_QUOTES.sub(WIDE, text)
    text = _BETWEEN_DIGITS.sub(NARROW, text)
    text = _BEFORE_FRENCH_UNIT.sub(WIDE, text)
    return _FRENCH_UNIT_AFTER_VALUE.sub(WIDE, text) if after_value else text


def _join_percent(text: str) -> str:
    return re.sub(r"(?<=[\ds]) (?=%%)", WIDE, text)


def on_paper(text: str) -> str:
    """Replace the narrow no-break space by the wide one in a text that will be printed.

    Our typeface lacks the narrow one, and one missing glyph would embed a second font in the PDF.
    """
    return text.replace(NARROW, WIDE)


def polish_for_paper(text: str, language: str) -> str:
    """Polish a sentence that will be printed."""
    return on_paper(polish(text, language))


def sentence_case(text: str) -> str:
    """Give a text its capital where it stands alone: « Mardi 1er décembre »."""
    return text[:1].upper() + text[1:]


def unbroken(text: str) -> str:
    """Keep a phone number, a code or an hour on one line."""
    return on_paper(text).replace(" ", WIDE)

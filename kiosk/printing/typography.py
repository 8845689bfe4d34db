"""Typography of printed words: authors type plain ASCII, paper shows what a typesetter would.

The pages of the web have their own (``web``); engines may not reach up to it.
"""

from __future__ import annotations

import re

NO_BREAK = "\N{NO-BREAK SPACE}"

_BEFORE = re.compile(r" (?=[?!:;»%€])")
_AFTER = re.compile(r"(?<=«) ")
_UNITS = re.compile(r"(?<=\d) (?=(?:\d{3}\b|h\b|Mo\b|MB\b|minutes?\b|chiffres\b|digits\b|mm\b))")


def typeset(text: str, language: str) -> str:
    """Give ``text`` its curly apostrophes and, in French, its no-break spaces.

    The narrow no-break space is not used: our typeface lacks it, and one missing glyph would
    embed a second font.
    """
    text = _UNITS.sub(NO_BREAK, text.replace("'", "’"))
    if language.startswith("fr"):
        text = _AFTER.sub(NO_BREAK, _BEFORE.sub(NO_BREAK, text))
    return text


def unbroken(text: str) -> str:
    """Keep a phone number or a code on one line."""
    return text.replace(" ", NO_BREAK)

"""Numbers in words: lengths of time, and codes that are read aloud."""

from __future__ import annotations

from babel.units import format_unit

from kiosk.language.languages import locale_of
from kiosk.language.typography import WIDE, unbroken


def minutes(count: int, language: str) -> str:
    """Write a length of time: « 30 minutes », “1 minute”."""
    return unbroken(format_unit(count, "duration-minute", locale=locale_of(language)))


def in_threes(code: str) -> str:
    """Group digits by three, kept on one line: « 483 920 175 »."""
    digits = "".join(code.split())
    return WIDE.join(digits[start : start + 3] for start in range(0, len(digits), 3))

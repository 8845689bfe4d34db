"""Which browser and device a request comes from, as far as its User-Agent says.

Good enough to recognise one's own devices in a list; nothing depends on it.
"""

from __future__ import annotations

import re

_BROWSERS = (
    ("Edge", r"Edg(?:e|A|iOS)?/"),
    ("Opera", r"OPR/"),
    ("Samsung Internet", r"SamsungBrowser/"),
    ("Firefox", r"Firefox/|FxiOS/"),
    ("Chrome", r"Chrome/|CriOS/"),
    ("Safari", r"Safari/"),
)
"""In this order: Edge says that it is Chrome, and Chrome that it is Safari."""

_SYSTEMS = (
    ("Android", r"Android"),
    ("iPadOS", r"iPad"),
    ("iOS", r"iPhone|iPod"),
    ("Windows", r"Windows"),
    ("ChromeOS", r"CrOS"),
    ("macOS", r"Mac OS X|Macintosh"),
    ("Linux", r"Linux|X11"),
)


def described(user_agent: str) -> dict[str, str]:
    """Return ``kind`` (phone, tablet, computer), ``browser`` and ``system``; empty when unknown."""
    system = _first(_SYSTEMS, user_agent)
    if system == "iPadOS" or (system == "Android" and "Mobile" not in user_agent):
        kind = "tablet"
    elif system in ("Android", "iOS"):
        kind = "phone"
    else:
        kind = "computer" if system else ""
    return {"kind": kind, "browser": _first(_BROWSERS, user_agent), "system": system}


def _first(named: tuple[tuple[str, str], ...], text: str) -> str:
    return next((name for name, pattern in named if re.search(pattern, text)), "")

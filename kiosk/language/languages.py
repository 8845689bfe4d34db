"""The languages of ``translations/languages.toml``: codes, names, directions, CLDR locales."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from babel import Locale

from kiosk.settings import ROOT

FOLDER = ROOT / "translations"
SOURCE = "fr"
"""The language in which sentences are written in code and templates; it needs no catalogue."""

REGIONAL = {"en": "en_GB", "pt": "pt_PT"}
"""The European form of a language, where CLDR's default is American or Brazilian."""


@dataclass(frozen=True, slots=True)
class Language:
    """One entry of ``languages.toml``."""

    code: str
    html: str
    endonym: str
    dir: str
    active: bool

    @property
    def base(self) -> str:
        """The code without its variant: ``fr`` for ``fr@falc``."""
        return base_of(self.code)


class LanguagesError(RuntimeError):
    """``languages.toml`` and the catalogues disagree; the message says what to do."""


def base_of(code: str) -> str:
    """Return a code without its variant: ``fr`` for ``fr@falc``."""
    return code.partition("@")[0]


def known() -> dict[str, Language]:
    """Return every language of ``languages.toml`` by its code, active or not."""
    return _known(FOLDER)


def offered() -> dict[str, Language]:
    """Return the active languages by code; raise :class:`LanguagesError` without catalogue."""
    return _offered(FOLDER)


def offered_or_source(code: str) -> Language:
    """Return a language if it is active, else French: an appointment may outlive its language."""
    return offered().get(code, offered()[SOURCE])


def read_languages(folder: Path) -> tuple[Language, ...]:
    """Read every language of ``languages.toml``, in the order of the file."""
    rows = tomllib.loads((folder / "languages.toml").read_text("utf-8"))["language"]
    return tuple(Language(**row) for row in rows)


@lru_cache(maxsize=2)
def _known(folder: Path) -> dict[str, Language]:
    return {language.code: language for language in read_languages(folder)}


@lru_cache(maxsize=2)
def _offered(folder: Path) -> dict[str, Language]:
    return check(read_languages(folder), folder)


def check(languages: tuple[Language, ...], folder: Path) -> dict[str, Language]:
    """Return the active languages by code, after checking that each has a catalogue."""
    active = {language.code: language for language in languages if language.active}
    if SOURCE not in active:
        raise LanguagesError(f"the source language, {SOURCE}, must be active in languages.toml")
    for code in active:
        Locale.parse(code)
        if code != SOURCE and not catalogue_path(code, folder).exists():
            raise LanguagesError(
                f"{code} is active in languages.toml but has no catalogue: "
                f"run `make strings` with the new folder {catalogue_path(code, folder).parent}"
            )
    return active


def catalogue_path(code: str, folder: Path | None = None) -> Path:
    """Return where the catalogue of a language is, or would be."""
    return (folder or FOLDER) / code / "LC_MESSAGES" / "messages.po"


@lru_cache(maxsize=32)
def locale_of(code: str) -> Locale:
    """Return the CLDR locale by which dates and numbers of a language are written."""
    base = base_of(code).replace("-", "_")
    return Locale.parse(REGIONAL.get(base, base))

"""Languages and their catalogs: which are offered, and what a sentence is in each of them.

No Flask here: messages and guides, made outside a request, ask :func:`catalog` too. Which language
a *request* speaks is decided in :mod:`kiosk.web.i18n`. Decision 0031 says why there is no .mo file.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import lru_cache
from io import BytesIO
from pathlib import Path

from babel import Locale
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import NullTranslations, Translations

from kiosk.settings import ROOT
from kiosk.web.typography import polish

FOLDER = ROOT / "translations"
SOURCE = "fr"
"""The language in which sentences are written in templates; it needs no catalog."""


@dataclass(frozen=True, slots=True)
class Language:
    """One line of ``translations/languages.toml``."""

    code: str
    html: str
    endonym: str
    dir: str
    active: bool

    @property
    def base(self) -> str:
        """The code without its variant: ``fr`` for ``fr@falc``."""
        return self.code.partition("@")[0]


class LanguagesError(RuntimeError):
    """``languages.toml`` and the catalogs disagree; the message says what to do."""


class FrenchSource(NullTranslations):
    """What a sentence without translation falls back on: itself, in French numbers."""

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        """Return the form for ``n``: in French zero is singular."""
        return msgid1 if n < 2 else msgid2

    def npgettext(self, context: str, singular: str, plural: str, num: int) -> str:
        """Return the form for ``num``, whatever the context."""
        return self.ngettext(singular, plural, num)


class PolishedTranslations(Translations):
    """A catalog whose sentences come out with the typography of their language."""

    def __init__(self, language: str, mo: BytesIO) -> None:
        self.language = language
        super().__init__(fp=mo)
        self.add_fallback(FrenchSource())

    def gettext(self, message: str) -> str:
        """Translate one sentence."""
        return polish(super().gettext(message), self.language)

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        """Translate one sentence in the number that ``n`` asks for."""
        return polish(super().ngettext(msgid1, msgid2, n), self.language)

    def pgettext(self, context: str, message: str) -> str:
        """Translate one sentence that needs a context."""
        return polish(str(super().pgettext(context, message)), self.language)

    def npgettext(self, context: str, singular: str, plural: str, num: int) -> str:
        """Translate one sentence in context and number."""
        return polish(super().npgettext(context, singular, plural, num), self.language)

    # Flask-Babel and Jinja call the names that gettext had under Python 2.
    ugettext = gettext
    ungettext = ngettext
    upgettext = pgettext
    unpgettext = npgettext


def read_languages(folder: Path = FOLDER) -> tuple[Language, ...]:
    """Read every language of ``languages.toml``, in the order of the file."""
    rows = tomllib.loads((folder / "languages.toml").read_text("utf-8"))["language"]
    return tuple(Language(**row) for row in rows)


@lru_cache(maxsize=1)
def offered() -> dict[str, Language]:
    """Return the active languages by code; raise :class:`LanguagesError` if one has no catalog."""
    return check(read_languages(), FOLDER)


def check(languages: tuple[Language, ...], folder: Path) -> dict[str, Language]:
    """Keep the active languages, sure that each can be spoken."""
    active = {language.code: language for language in languages if language.active}
    if SOURCE not in active:
        raise LanguagesError(f"the source language, {SOURCE}, must be active in languages.toml")
    for code in active:
        Locale.parse(code)
        if code != SOURCE and not _po_path(code, folder).exists():
            raise LanguagesError(
                f"{code} is active in languages.toml but has no catalog: "
                f"run `make strings` with the new folder {_po_path(code, folder).parent}"
            )
    return active


@lru_cache(maxsize=32)
def catalog(code: str, folder: Path = FOLDER) -> PolishedTranslations:
    """Return the sentences of a language; a sentence without translation stays French.

    Read once a process, thread-safe. An unknown code gives the French sentences.
    """
    path = _po_path(code, folder)
    if path.exists():
        with path.open("rb") as file:
            sentences = read_po(file, locale=code)
    else:
        sentences = Catalog(locale=SOURCE)
        sentences.add("", "")
    compiled = BytesIO()
    write_mo(compiled, sentences)
    compiled.seek(0)
    return PolishedTranslations(code if path.exists() else SOURCE, compiled)


def _po_path(code: str, folder: Path) -> Path:
    return folder / code / "LC_MESSAGES" / "messages.po"

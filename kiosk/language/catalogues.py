"""Catalogues: what a sentence is in each language, with that language's typography.

Pages, messages and paper ask the same :func:`catalogue`. The French sentence is the key; a sentence
without translation stays French. Decision 0031 says why there is no .mo file.
"""

from __future__ import annotations

from functools import lru_cache
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import NullTranslations, Translations

from kiosk.language import languages
from kiosk.language.languages import SOURCE, Language, catalogue_path, known
from kiosk.language.typography import polish


class FrenchSource(NullTranslations):
    """Return a sentence without translation as it is, in the number that French gives it."""

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        """Return the form for ``n``: in French zero is singular."""
        return msgid1 if n < 2 else msgid2

    def npgettext(self, context: str, singular: str, plural: str, num: int) -> str:
        """Return the form for ``num``, whatever the context."""
        return self.ngettext(singular, plural, num)


class Catalogue(Translations):
    """Sentences of one language, each with the typography of that language."""

    def __init__(self, language: Language, mo: BytesIO) -> None:
        self.language = language
        super().__init__(fp=mo)
        self.add_fallback(FrenchSource())

    def gettext(self, message: str) -> str:
        """Translate one sentence."""
        return polish(super().gettext(message), self.language.code)

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        """Translate one sentence in the number that ``n`` asks for."""
        return polish(super().ngettext(msgid1, msgid2, n), self.language.code)

    def pgettext(self, context: str, message: str) -> str:
        """Translate one sentence that needs a context."""
        return polish(str(super().pgettext(context, message)), self.language.code)

    def npgettext(self, context: str, singular: str, plural: str, num: int) -> str:
        """Translate one sentence in context and number."""
        return polish(super().npgettext(context, singular, plural, num), self.language.code)

    # Flask-Babel and Jinja call the names that gettext had under Python 2.
    ugettext = gettext
    ungettext = ngettext
    upgettext = pgettext
    unpgettext = npgettext


def catalogue(code: str) -> Catalogue:
    """Return the sentences of a language; without a catalogue, the French ones.

    ``.language`` of the result is the language its sentences are really in: where they are shown,
    ``lang`` and ``dir`` come from there. Read once a process, thread-safe.
    """
    # Asked for each sentence of a page: the path is not put together every time.
    return _catalogue(code, languages.FOLDER)


@lru_cache(maxsize=64)
def _catalogue(code: str, _folder: Path) -> Catalogue:
    language = known().get(code, known()[SOURCE])
    return _read(language, catalogue_path(language.code))


@lru_cache(maxsize=32)
def _read(language: Language, path: Path) -> Catalogue:
    if not path.exists():
        language = known()[SOURCE]
        sentences = Catalog(locale=SOURCE)
        sentences.add("", "")
    else:
        with path.open("rb") as file:
            sentences = read_po(file, locale=language.code)
    compiled = BytesIO()
    write_mo(compiled, sentences)
    compiled.seek(0)
    return Catalogue(language, compiled)

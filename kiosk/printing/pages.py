"""Fill the print templates of ``guides/_print`` with sentences and values, all escaped.

Sentences come from the same catalogues as the site's and the messages', in the language asked for
whatever language the agent's page is in. A value put through the filter ``strong`` stands out.
"""

from __future__ import annotations

from functools import lru_cache

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from kiosk.errors import NotFound
from kiosk.language.catalogues import Catalogue, catalogue
from kiosk.language.languages import known
from kiosk.language.typography import on_paper, sentence_case
from kiosk.printing.document import PRINT


def sentences_in(language: str) -> Catalogue:
    """Return the sentences for paper in a language of ``languages.toml``.

    They are French where that language has no catalogue. Raises :exc:`NotFound` for a language
    that ``languages.toml`` does not know.
    """
    if language not in known():
        raise NotFound("printing.no_such_language", language=language[:20])
    return catalogue(language)


def page(template: str, sentences: Catalogue, **values: object) -> str:
    """Fill a template; its ``language`` is the one the sentences are in."""
    filled = _environment(sentences).get_template(template)
    return filled.render(language=sentences.language, **values)


@lru_cache(maxsize=16)
def _environment(sentences: Catalogue) -> Environment:
    environment = Environment(
        loader=FileSystemLoader(PRINT),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n"],
    )
    environment.filters.update(strong=_strong, sentence_case=sentence_case)
    # The extension adds this method at run time.
    environment.install_gettext_callables(  # type: ignore[attr-defined]
        lambda sentence: on_paper(sentences.gettext(sentence)),
        lambda one, many, count: on_paper(sentences.ngettext(one, many, count)),
        newstyle=True,
    )
    return environment


def _strong(value: str) -> Markup:
    return Markup("<strong>{}</strong>").format(value)

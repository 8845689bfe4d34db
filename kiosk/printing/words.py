"""Words on paper that are not a guide's own text: read from ``guides/_words/<language>.toml``.

``printing`` takes the language as an argument: a card speaks the citizen's language whatever
language the agent's page is in. Sentences are complete, with ``{placeholders}``; nothing is glued.
"""

from __future__ import annotations

import tomllib
from functools import lru_cache
from html import escape
from types import SimpleNamespace

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from kiosk.errors import NotFound
from kiosk.language.languages import known
from kiosk.language.typography import polish_for_paper
from kiosk.printing.document import PRINT

WORDS = PRINT.parent / "_words"
_templates = Environment(
    loader=FileSystemLoader(PRINT),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)


class Phrase(str):
    """A sentence with ``{placeholders}``."""

    __slots__ = ()

    def __call__(self, **values: str) -> Markup:
        """Fill the placeholders; each value is escaped and stands out in bold."""
        strong = {name: f"<strong>{escape(value)}</strong>" for name, value in values.items()}
        return Markup(escape(self, quote=False).format_map(strong))


@lru_cache(maxsize=64)
def words(language: str, document: str) -> SimpleNamespace:
    """Read one document's words; raise :exc:`NotFound` where a language has none."""
    source = WORDS / f"{language}.toml"
    if not language.replace("@", "").replace("-", "").isalnum() or not source.is_file():
        raise NotFound("printing.no_such_language", language=language[:20])
    table = tomllib.loads(source.read_text("utf-8"))[document]
    return SimpleNamespace(**{key: _set(value, language) for key, value in table.items()})


def _set(value: str | list[str], language: str) -> Phrase | list[Phrase]:
    if isinstance(value, list):
        return [Phrase(polish_for_paper(each, language)) for each in value]
    return Phrase(polish_for_paper(value, language))


def page(template: str, language: str, **values: object) -> str:
    """Fill a print template of ``guides/_print`` with words and values, all escaped."""
    speaking = known()[language]
    return _templates.get_template(template).render(
        html_language=speaking.html, direction=speaking.dir, **values
    )

"""Make accessible HTML from Markdown, for the web page and for the PDF.

Authors write CommonMark with tables. The HTML has anchored headings, ``scope`` on table headers, an
alternative for every picture, and polished typography. HTML in a source is shown as text.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from markdown_it import MarkdownIt
from markdown_it.token import Token
from markupsafe import Markup
from mdit_py_plugins.anchors import anchors_plugin

from kiosk.language.typography import polish_for_paper

CANVAS = (160, 112)
"""The size of every picture in CSS pixels, so that the text does not move when one loads."""

_PLACEHOLDER = re.compile(r"\{\{ ?(\w+) ?\}\}")


class BadSource(ValueError):
    """A guide's source breaks a rule; the message tells its author what to change."""


@dataclass(frozen=True, slots=True)
class Placeholder:
    """The text that replaces ``{{ name }}``: a real value is bold, neutral words are not."""

    text: str
    strong: bool


@dataclass(frozen=True, slots=True)
class Section:
    """A second-level heading, for a table of contents."""

    id: str
    title: str


def to_html(
    source: str, language: str, *, placeholders: Mapping[str, Placeholder], images: str
) -> tuple[tuple[Markup, ...], tuple[Section, ...]]:
    """Turn ``source`` into its sheets, as HTML, and its sections.

    ``images`` is put before each picture's file name. Raises :exc:`BadSource` with what the
    author should correct.
    """
    parser = MarkdownIt("commonmark", {"html": False}).enable("table")
    parser.use(anchors_plugin, max_level=6, slug_func=_anchor)
    tokens = parser.parse(source)
    sections = tuple(_sections(tokens, language))
    _name_parts(tokens)
    for token in tokens:
        if token.type == "th_open":
            token.attrSet("scope", "col")
            token.attrs.pop("style", None)
        elif token.type == "td_open":
            token.attrs.pop("style", None)
        for child in token.children or ():
            if child.type == "image":
                _settle_picture(child, language, images)
        if token.children:
            token.children = list(_fill(token.children, language, placeholders))
    html = parser.renderer.render(tokens, parser.options, {})
    return tuple(Markup(sheet) for sheet in html.split("<hr />\n")), sections


def _sections(tokens: list[Token], language: str) -> Iterator[Section]:
    level = 1
    for opening, inline in zip(tokens, tokens[1:], strict=False):
        if opening.type != "heading_open":
            continue
        deeper = int(opening.tag[1])
        if deeper < 2 or deeper > level + 1:
            raise BadSource(f"« {inline.content} »: headings start at ## and skip no level")
        level = deeper
        if level == 2:
            yield Section(str(opening.attrs["id"]), polish_for_paper(inline.content, language))


def _anchor(title: str) -> str:
    letters = unicodedata.normalize("NFKD", title.lower())
    plain = "".join(letter for letter in letters if not unicodedata.combining(letter))
    return re.sub(r"[\W_]+", "-", plain).strip("-")


def _name_parts(tokens: list[Token]) -> None:
    """Name what style sheets must tell apart: pictures, lists of steps, lists with pictures."""
    lists: list[Token] = []
    for opening, inline in zip(tokens, tokens[1:], strict=False):
        if opening.type in ("ordered_list_open", "bullet_list_open"):
            lists.append(opening)
        elif opening.type in ("ordered_list_close", "bullet_list_close"):
            lists.pop()
        elif opening.type == "paragraph_open" and _is_picture(inline):
            opening.attrSet("class", "app-guide__picture")
            for holder in lists[-1:]:
                steps = holder.type == "ordered_list_open"
                holder.attrSet("class", "app-guide__steps" if steps else "app-guide__needs")
                holder.attrSet("role", "list")  # Safari drops the role with the markers


def _is_picture(inline: Token) -> bool:
    return [child.type for child in inline.children or ()] == ["image"]


def _settle_picture(image: Token, language: str, images: str) -> None:
    if not image.content.strip():
        raise BadSource(f"the picture {image.attrs['src']} needs words for the blind")
    # The renderer makes ``alt`` from the children.
    image.children = [Token("text", "", 0, content=polish_for_paper(image.content, language))]
    image.attrSet("src", f"{images}{image.attrs['src']}")
    image.attrSet("width", str(CANVAS[0]))
    image.attrSet("height", str(CANVAS[1]))


def _fill(
    children: list[Token], language: str, placeholders: Mapping[str, Placeholder]
) -> Iterator[Token]:
    for child in children:
        if child.type != "text":
            yield child
            continue
        pieces = _PLACEHOLDER.split(child.content)
        for position, piece in enumerate(pieces):
            if position % 2 == 0:
                yield Token("text", "", 0, content=polish_for_paper(piece, language))
            elif piece in placeholders:
                yield from _filled(placeholders[piece])
            else:
                raise BadSource(f"unknown placeholder {piece}; known: {', '.join(placeholders)}")


def _filled(placeholder: Placeholder) -> Iterator[Token]:
    text = Token("text", "", 0, content=placeholder.text)
    if not placeholder.strong:
        yield text
        return
    yield Token("strong_open", "strong", 1)
    yield text
    yield Token("strong_close", "strong", -1)

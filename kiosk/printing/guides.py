"""Guides: one source a language, shown as a page of the site and printed as a tagged PDF.

A guide is a folder of ``guides/`` with one Markdown file a language, which can be corrected without
programming. The front matter (TOML between ``+++`` lines) holds the title, and for each
placeholder the words to use when its value is known and when it is not. Decision 0042.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from markupsafe import Markup

from kiosk.errors import NotFound
from kiosk.language.catalogues import catalogue
from kiosk.language.languages import SOURCE, Language, base_of, known
from kiosk.language.typography import polish_for_paper, unbroken
from kiosk.printing.cards import typed_address
from kiosk.printing.document import IMAGES, PRINT, Job
from kiosk.printing.markdown import Placeholder, Section, to_html
from kiosk.printing.pages import page, sentences_in
from kiosk.printing.qr import qr_data_uri
from kiosk.printing.worker import render

GUIDES = PRINT.parent


@dataclass(frozen=True, slots=True)
class HousePrint:
    """The house that a guide names."""

    name: str
    phone: str
    address: str = ""


@dataclass(frozen=True, slots=True)
class GuideInfo:
    """A guide, the languages it is written in, and its title in each."""

    slug: str
    languages: tuple[str, ...]
    titles: Mapping[str, str]

    def language_for(self, *wanted: str) -> Language:
        """Return the language to read it in: the first one wanted that it has, else French.

        A variant without a text of its own reads the text of its base: ``fr@falc`` reads ``fr``.
        """
        codes = [code for each in wanted for code in (each, base_of(each))]
        return known()[next((code for code in codes if code in self.languages), SOURCE)]


@dataclass(frozen=True, slots=True)
class Guide:
    """A guide in one language; its headings start below the page's ``<h1>``."""

    slug: str
    title: str
    language: Language
    """The language of the text, which may not be the one asked for."""

    summary: str
    sheets: tuple[Markup, ...]
    """The text as it is printed: a thematic break (``---``) in the source turns the sheet."""

    sections: tuple[Section, ...]

    @property
    def html(self) -> Markup:
        """The whole text as one fragment, for a page of the site."""
        return Markup().join(self.sheets)


@dataclass(frozen=True, slots=True)
class _Source:
    title: str
    summary: str
    known: Mapping[str, str]
    unknown: Mapping[str, str]
    text: str


def list_guides() -> list[GuideInfo]:
    """List the guides in the order of their folders' names."""
    return [
        GuideInfo(
            slug=folder.name,
            languages=(languages := _languages(folder)),
            titles={language: _source(folder.name, language).title for language in languages},
        )
        for folder in sorted(GUIDES.iterdir())
        if folder.is_dir() and not folder.name.startswith("_")
    ]


def find(slug: str) -> GuideInfo:
    """Find a guide by its folder's name; raise :exc:`NotFound` if there is none."""
    found = next((info for info in list_guides() if info.slug == slug), None)
    if found is None:
        raise NotFound("printing.no_such_guide")
    return found


def _languages(folder: Path) -> tuple[str, ...]:
    # What is printed around the text comes from the catalogue: without one, it would be French.
    codes = sorted(file.stem for file in folder.glob("*.md"))
    return tuple(code for code in codes if catalogue(code).language.code == code)


def load(
    slug: str,
    language: str,
    *,
    house: HousePrint | None = None,
    site_url: str | None = None,
    images: str,
) -> Guide:
    """Read a guide for the web, in French where it has no text in ``language``.

    Raises :exc:`NotFound` for an unknown guide, or a language that ``languages.toml`` lacks.
    ``images`` is the address of the folder of pictures, with its final slash (:func:`picture` has
    their bytes). Where the house or the site's address is not given, the guide's own neutral
    words take their place.
    """
    if language not in known():
        raise NotFound("printing.no_such_guide")
    read_in = find(slug).language_for(language)
    source = _source(slug, read_in.code)
    placeholders = _placeholders(source, house, site_url)
    sheets, sections = to_html(source.text, read_in.code, placeholders=placeholders, images=images)
    return Guide(slug, source.title, read_in, source.summary, sheets, sections)


def pdf(
    slug: str, language: str, *, house: HousePrint | None = None, join_url: str | None = None
) -> bytes:
    """Print a guide as a tagged PDF.

    ``join_url`` is the address its QR opens, usually the home page; without it there is no QR.
    Raises :exc:`NotFound` for an unknown guide or language, and what
    :func:`kiosk.printing.worker.render` raises.
    """
    return render(Job(guide_html(slug, language, house=house, join_url=join_url), personal=False))


def guide_html(
    slug: str, language: str, *, house: HousePrint | None = None, join_url: str | None = None
) -> str:
    """Write a guide as the HTML that is printed."""
    guide = load(slug, language, house=house, site_url=join_url, images="print:images/")
    return page(
        "guide.html",
        sentences_in(guide.language.code),
        guide=guide,
        house=house,
        phone=unbroken(house.phone) if house else None,
        qr=qr_data_uri(join_url) if join_url else None,
        address=typed_address(join_url) if join_url else None,
    )


def picture(name: str) -> bytes:
    """Read a guide's picture (SVG) by its file name; raise :exc:`NotFound` if there is none."""
    if name not in {file.name for file in IMAGES.glob("*.svg")}:
        raise NotFound("printing.no_such_picture")
    return (IMAGES / name).read_bytes()


def _placeholders(
    source: _Source, house: HousePrint | None, site_url: str | None
) -> dict[str, Placeholder]:
    values = {
        "house": house.name if house else None,
        "phone": unbroken(house.phone) if house else None,
        "site": typed_address(site_url) if site_url else None,
    }
    return {
        name: Placeholder(source.known[name].format(value), strong=True)
        if value
        else Placeholder(source.unknown[name], strong=False)
        for name, value in values.items()
    }


def _source(slug: str, language: str) -> _Source:
    file = GUIDES / slug / f"{language}.md"
    return _read(file, file.stat().st_mtime_ns)


@lru_cache(maxsize=64)
def _read(file: Path, changed_ns: int) -> _Source:
    """Read a source; ``changed_ns`` makes a corrected guide show without a restart."""
    _, front, text = file.read_text("utf-8").split("+++\n", 2)
    matter = tomllib.loads(front)
    language = file.stem
    return _Source(
        title=polish_for_paper(matter["title"], language),
        summary=polish_for_paper(matter["summary"], language),
        known=matter["known"],
        unknown={
            name: polish_for_paper(words, language) for name, words in matter["unknown"].items()
        },
        text=text,
    )

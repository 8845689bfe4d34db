"""Guides: one source a language, shown as a page of the site and printed as a tagged PDF.

A guide is a folder of ``guides/`` with one Markdown file a language; a person who does not program
can correct it. The front matter (TOML between ``+++`` lines) holds the title, and for each
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
from kiosk.language.typography import polish_for_paper, unbroken
from kiosk.printing.cards import typed_address
from kiosk.printing.document import IMAGES, PRINT, Job
from kiosk.printing.markdown import Placeholder, Section, to_html
from kiosk.printing.qr import qr_data_uri
from kiosk.printing.words import page, words
from kiosk.printing.worker import render

GUIDES = PRINT.parent


@dataclass(frozen=True, slots=True)
class HousePrint:
    """What a guide says of the house that hands it out."""

    name: str
    phone: str
    address: str = ""


@dataclass(frozen=True, slots=True)
class GuideInfo:
    """A guide one can read: its languages, and its title in each."""

    slug: str
    languages: tuple[str, ...]
    titles: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Guide:
    """A guide in one language; its headings start below the page's ``<h1>``."""

    slug: str
    title: str
    language: str
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
            languages=(languages := tuple(sorted(file.stem for file in folder.glob("*.md")))),
            titles={language: _source(folder.name, language).title for language in languages},
        )
        for folder in sorted(GUIDES.iterdir())
        if folder.is_dir() and not folder.name.startswith("_")
    ]


def load(
    slug: str,
    language: str,
    *,
    house: HousePrint | None = None,
    site_url: str | None = None,
    images: str,
) -> Guide:
    """Read a guide for the web; raise :exc:`NotFound` for an unknown guide or language.

    ``images`` is the address of the folder of pictures, with its final slash (:func:`picture` has
    their bytes). Where the house or the site's address is not given, the guide's own neutral
    words take their place.
    """
    source = _source(slug, language)
    sheets, sections = to_html(
        source.text, language, placeholders=_placeholders(source, house, site_url), images=images
    )
    return Guide(slug, source.title, language, source.summary, sheets, sections)


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
        language,
        guide=guide,
        words=words(language, "guide"),
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
    names = {file.relative_to(GUIDES).as_posix(): file for file in GUIDES.glob("[!_]*/*.md")}
    if not (file := names.get(f"{slug}/{language}.md")):
        raise NotFound("printing.no_such_guide")
    return _read(file, file.stat().st_mtime_ns)


@lru_cache(maxsize=64)
def _read(file: Path, changed_ns: int) -> _Source:
    """Read a source; ``changed_ns`` is there so that a corrected guide shows at once."""
    _, front, text = file.read_text("utf-8").split("+++\n", 2)
    matter = tomllib.loads(front)
    language = file.stem
    return _Source(
        title=polish_for_paper(matter["title"], language),
        summary=polish_for_paper(matter["summary"], language),
        known=matter["known"],
        unknown={
            name: polish_for_paper(said, language) for name, said in matter["unknown"].items()
        },
        text=text,
    )

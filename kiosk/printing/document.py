"""Make a tagged PDF (PDF/UA-1) from HTML. Runs in the printing worker only: see ``worker.py``.

A printed page cannot be corrected, so every font and picture comes from our own folders, and each
warning of WeasyPrint ends the job.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

from kiosk.language.typed import is_visible
from kiosk.settings import ROOT

if TYPE_CHECKING:
    import pydyf
    from weasyprint.document import Document
    from weasyprint.urls import URLFetcher

PRINT = ROOT / "guides" / "_print"
IMAGES = PRINT / "images"
FONTS = ROOT / "static" / "vendor"

_ADDRESS = re.compile(r"print:(images|fonts|sheets)/([a-z0-9-]+\.(?:svg|png|woff2|css))")
_TYPES = {
    ".css": "text/css",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".woff2": "font/woff2",
}
_DATA_PICTURE = re.compile(r"data:image/svg\+xml;base64,")


BOX = "\u25a1"
"""Stands for a letter that no font has."""

_NO_GLYPH = re.compile(r"^\.notdef glyph rendered")
_NUMBER = re.compile(r"U\+([0-9A-F]{4,6})")


class RenderingFailed(Exception):
    """A document cannot be printed; the message says what is missing or wrong."""

    def __init__(self, *complaints: str) -> None:
        super().__init__("; ".join(complaints))
        self.complaints = complaints


@dataclass(frozen=True, slots=True)
class Job:
    """One document to print."""

    html: str
    """A whole page; it links its style sheets, fonts and pictures as ``print:<kind>/<name>``."""

    personal: bool = True
    """The document names a person, and is not kept in memory after it is printed."""

    given: str = ""
    """What people wrote in it: a letter there that no font has becomes a box (decision 0305)."""

    @property
    def digest(self) -> bytes:
        """Identify the content: same content, same PDF identifier."""
        return sha256(self.html.encode()).digest()


def find_resource(kind: str, name: str) -> Path:
    """Find a picture, a font or a style sheet; raise :exc:`RenderingFailed` if it is missing."""
    found = {"images": IMAGES, "fonts": FONTS, "sheets": PRINT}[kind] / name
    if found.is_file():
        return found
    raise RenderingFailed(f"missing {kind}/{name}")


def write_pdf(job: Job) -> bytes:
    """Lay out and write ``job``; raise :exc:`RenderingFailed` on any warning.

    Our own words must all have their letters. What people wrote may hold one that no font has:
    the document is then laid out once more with a box in its place.
    """
    try:
        return _written(job, job.html)
    except RenderingFailed as failed:
        missing = _letters_missing(failed)
        if not missing or not missing <= set(job.given):
            raise
        boxes = {ord(letter): BOX if is_visible(letter) else "" for letter in missing}
        return _written(job, job.html.translate(boxes))


def _letters_missing(failed: RenderingFailed) -> set[str]:
    """Return the letters without a glyph; nothing when something else is wrong."""
    complaints = failed.complaints
    if not all(_NO_GLYPH.search(each) for each in complaints):
        return set()
    numbers = (number for each in complaints for number in _NUMBER.findall(each))
    return {chr(int(number, 16)) for number in numbers}


def _written(job: Job, html: str) -> bytes:
    from weasyprint import HTML

    target = BytesIO()
    with _warnings_are_errors():
        HTML(string=html, base_url="print:", url_fetcher=_fetcher()).write_pdf(
            target,
            finisher=_settle_figures,
            presentational_hints=True,  # <ol start>: steps count on across sections
            pdf_variant="pdf/ua-1",
            pdf_tags=True,
            pdf_forms=False,  # forms embed whole fonts: twenty times the weight
            pdf_identifier=job.digest[:16],
        )
    return target.getvalue()


def _settle_figures(document: Document, pdf: pydyf.PDF) -> None:
    """Write each figure's box in the page's own units, from its lower left corner.

    WeasyPrint 70 writes CSS pixels from the upper left corner. ISO 32000-1, 14.8.5.4.3 asks for
    the default user space; a reader that outlines a figure would outline the wrong area.
    """
    points_per_px = 0.75
    height_px = document.pages[0].height
    for element in pdf.objects:
        if isinstance(element, dict) and element.get("S") == "/Figure":
            left, top, right, bottom = element["A"]["BBox"]
            corners = (left, height_px - bottom, right, height_px - top)
            element["A"]["BBox"][:] = [round(corner * points_per_px, 2) for corner in corners]


def _fetcher() -> URLFetcher:
    from weasyprint.urls import FatalURLFetchingError, URLFetcher, URLFetcherResponse

    class OurFilesOnly(URLFetcher):  # type: ignore[misc]
        """Serve our fonts and pictures; end the job at any other address."""

        def fetch(self, url: str, headers: object = None) -> object:
            if _DATA_PICTURE.match(url):
                return super().fetch(url)
            if not (address := _ADDRESS.fullmatch(url)):
                raise FatalURLFetchingError(f"not ours to print: {url[:80]}")
            try:
                path = find_resource(*address.groups())
            except RenderingFailed as missing:
                raise FatalURLFetchingError(str(missing)) from missing
            return URLFetcherResponse(
                url, body=path.read_bytes(), headers={"Content-Type": _TYPES[path.suffix]}
            )

    return OurFilesOnly()


@contextmanager
def _warnings_are_errors() -> Iterator[None]:
    from weasyprint.urls import FatalURLFetchingError

    complaints: list[str] = []

    class Collector(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            complaints.append(record.getMessage())

    collector = Collector(logging.WARNING)
    logger = logging.getLogger("weasyprint")
    logger.addHandler(collector)
    try:
        yield
    except FatalURLFetchingError as refused:  # not an Exception: it must be caught by name
        raise RenderingFailed(str(refused)) from refused
    finally:
        logger.removeHandler(collector)
    if complaints:
        raise RenderingFailed(*complaints)

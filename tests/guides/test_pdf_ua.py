"""The checker of tagged PDFs is itself checked: each harm done to a good file must be seen."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import pikepdf
import pytest

from kiosk.printing import guides
from tests.guides.pdf_ua import elements, faults


@pytest.fixture(scope="module")
def good() -> bytes:
    printed = guides.pdf("rejoindre-ordinateur", "fr")
    assert faults(printed) == []
    return printed


@pytest.mark.parametrize(
    ("harm", "complaint"),
    [
        (lambda pdf: pdf.Root.MarkInfo.__setitem__("/Marked", False), "not marked"),
        (lambda pdf: pdf.Root.__delitem__("/Lang"), "no language"),
        (lambda pdf: pdf.docinfo.__delitem__("/Title"), "no title"),
        (lambda pdf: pdf.Root.ViewerPreferences.__delitem__("/DisplayDocTitle"), "file's name"),
        (lambda pdf: pdf.Root.__delitem__("/Metadata"), "PDF/UA-1"),
        (lambda pdf: pdf.Root.StructTreeRoot.__delitem__("/K"), "structure: empty"),
        (lambda pdf: _first(pdf, "Figure").__delitem__("/Alt"), "figure without"),
        (lambda pdf: _first(pdf, "H2").__setitem__("/S", pikepdf.Name.H3), "H3 follows H1"),
        (lambda pdf: _first(pdf, "H2").__setitem__("/S", pikepdf.Name.H1), "exactly one H1"),
        (lambda pdf: _fonts(pdf, "/DescendantFonts").__delitem__("/ToUnicode"), "ToUnicode"),
        (
            lambda pdf: _fonts(pdf, "/FontDescriptor").FontDescriptor.__delitem__("/FontFile2"),
            "not embedded",
        ),
        (lambda pdf: _add_link(pdf), "tabs do not follow"),
        (lambda pdf: _add_link(pdf), "link without words"),
        (
            lambda pdf: pdf.pages[0].contents_add(b"BT (x) Tj ET"),
            "neither tagged nor decoration",
        ),
    ],
)
def test_the_checker_sees_each_fault_it_is_there_for(
    good: bytes, harm: Callable[[pikepdf.Pdf], object], complaint: str, tmp_path: Path
) -> None:
    harmed = tmp_path / "harmed.pdf"
    with pikepdf.open(BytesIO(good)) as pdf:
        harm(pdf)
        pdf.save(harmed)

    found = faults(harmed.read_bytes())

    assert any(complaint in fault for fault in found), found


def _first(pdf: pikepdf.Pdf, tag: str) -> pikepdf.Object:
    return next(element for found, element in elements(pdf) if found == tag)


def _fonts(pdf: pikepdf.Pdf, key: str) -> pikepdf.Object:
    return next(
        thing
        for thing in pdf.objects
        if isinstance(thing, pikepdf.Dictionary) and thing.get("/Type") == "/Font" and key in thing
    )


def _add_link(pdf: pikepdf.Pdf) -> None:
    link = pikepdf.Dictionary(Type=pikepdf.Name.Annot, Subtype=pikepdf.Name.Link, Rect=[0, 0, 9, 9])
    pdf.pages[0].obj.Annots = pdf.make_indirect([pdf.make_indirect(link)])
    pdf.pages[0].obj.Tabs = pikepdf.Name.R

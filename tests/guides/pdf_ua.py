"""A checker for tagged PDFs: what PDF/UA-1 (ISO 14289-1) asks and a program can see.

A subset of the Matterhorn protocol, not a proof of conformance: an expert tool and a screen reader
have the last word before a release. Each fault is one sentence that says what is wrong and where.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from io import BytesIO

import pikepdf

_SHOWS_SOMETHING = {"Tj", "TJ", "'", '"', "f", "f*", "S", "s", "B", "B*", "b", "b*", "Do", "sh"}


def faults(printed: bytes) -> list[str]:
    """List what is wrong with a PDF; an empty list is a pass."""
    with pikepdf.open(BytesIO(printed)) as pdf:
        return [
            *_document(pdf),
            *_structure(pdf),
            *_fonts(pdf),
            *(fault for page in pdf.pages for fault in (*_annotations(page), *_content(page))),
        ]


def elements(pdf: pikepdf.Pdf) -> list[tuple[str, pikepdf.Object]]:
    """List the structure's elements in reading order, each with its tag."""
    root = pdf.Root.get("/StructTreeRoot")
    return [] if root is None else list(_walk(root.get("/K")))


def _walk(node: pikepdf.Object | None) -> Iterator[tuple[str, pikepdf.Object]]:
    if isinstance(node, pikepdf.Array):
        for child in node:
            yield from _walk(child)
    elif isinstance(node, pikepdf.Dictionary) and "/S" in node:
        yield str(node.S)[1:], node
        yield from _walk(node.get("/K"))


def _document(pdf: pikepdf.Pdf) -> Iterator[str]:
    root = pdf.Root
    if not root.get("/MarkInfo", {}).get("/Marked", False):
        yield "document: not marked as tagged"
    if not re.fullmatch(r"[a-z]{2,3}(-[A-Za-z0-9]+)*", str(root.get("/Lang", ""))):
        yield "document: no language"
    if not str(pdf.docinfo.get("/Title", "")).strip():
        yield "document: no title"
    if not root.get("/ViewerPreferences", {}).get("/DisplayDocTitle", False):
        yield "document: the window would show the file's name, not the title"
    with pdf.open_metadata() as metadata:
        if metadata.get("pdfuaid:part") != "1":
            yield "document: does not declare PDF/UA-1"


def _structure(pdf: pikepdf.Pdf) -> Iterator[str]:
    tags = elements(pdf)
    if not tags:
        yield "structure: empty"
    level = 0
    for tag, element in tags:
        if tag == "Figure" and not str(element.get("/Alt", "")).strip():
            yield "structure: a figure without alternative text"
        if tag == "TH" and "/Scope" not in str(element.get("/A", "")):
            yield "structure: a table header without scope"
        if heading := re.fullmatch(r"H([1-6])", tag):
            deeper = int(heading[1])
            if deeper > level + 1:
                yield f"structure: H{deeper} follows H{level}"
            level = deeper
    if [tag for tag, _ in tags].count("H1") != 1:
        yield "structure: not exactly one H1"


def _fonts(pdf: pikepdf.Pdf) -> Iterator[str]:
    for candidate in pdf.objects:
        if not isinstance(candidate, pikepdf.Dictionary) or candidate.get("/Type") != "/Font":
            continue
        name = str(candidate.get("/BaseFont"))
        shown = "/DescendantFonts" in candidate or candidate.get("/Subtype") == "/TrueType"
        if shown and "/ToUnicode" not in candidate:
            yield f"font {name}: no way back to characters (ToUnicode)"
        descriptor = candidate.get("/FontDescriptor", pikepdf.Dictionary(FontFile=0))
        if not {"/FontFile", "/FontFile2", "/FontFile3"} & set(descriptor.keys()):
            yield f"font {name}: not embedded"


def _annotations(page: pikepdf.Page) -> Iterator[str]:
    annotations = list(page.obj.get("/Annots", []))
    if annotations and page.obj.get("/Tabs") != "/S":
        yield f"page {page.label}: tabs do not follow the structure"
    for annotation in annotations:
        if annotation.get("/Subtype") == "/Link" and not str(annotation.get("/Contents", "")):
            yield f"page {page.label}: a link without words"


def _content(page: pikepdf.Page) -> Iterator[str]:
    """Everything shown must be tagged or marked as decoration (Matterhorn 01-003)."""
    depth = 0
    for _, operator in pikepdf.parse_content_stream(page):
        if str(operator) in ("BDC", "BMC"):
            depth += 1
        elif str(operator) == "EMC":
            depth -= 1
        elif str(operator) in _SHOWS_SOMETHING and depth == 0:
            yield f"page {page.label}: {operator} shows something neither tagged nor decoration"
            return

"""A printed document as a test holds it: read and looked at with tools that are not ours."""

from __future__ import annotations

import re
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pikepdf
import zxingcpp
from PIL import Image

from tests.guides.pdf_ua import elements

Box = tuple[float, ...]
"""Left, top, right, bottom, in points from the top left corner."""


@dataclass(frozen=True)
class Paper:
    """A PDF in a file of its own."""

    path: Path

    @property
    def bytes(self) -> bytes:
        return self.path.read_bytes()

    @property
    def pages(self) -> int:
        return int(self.info["Pages"])

    @property
    def info(self) -> dict[str, str]:
        """What ``pdfinfo`` says, by its own names."""
        lines = _run("pdfinfo", str(self.path)).splitlines()
        return {name: said.strip() for name, _, said in (line.partition(":") for line in lines)}

    @property
    def text(self) -> str:
        """The words in reading order, every kind of space made an ordinary one."""
        return " ".join(_run("pdftotext", str(self.path), "-").split())

    @property
    def fonts(self) -> list[tuple[str, bool]]:
        """Each font's family and whether it is embedded."""
        rows = _run("pdffonts", str(self.path)).splitlines()[2:]
        return [
            (re.sub(r"^[A-Z]{6}\+", "", row.split()[0]), row.split()[-5] == "yes") for row in rows
        ]

    def collisions(self) -> list[str]:
        """Words that are printed over other words or over a picture."""
        found = []
        for page, words in enumerate(self._words()):
            boxes = [("a picture", box) for box in self._figures(page)]
            for word, box in words:
                found += [f"{word} over {other}" for other, under in boxes if _overlap(box, under)]
                boxes.append((word, box))
        return found

    def _words(self) -> list[list[tuple[str, Box]]]:
        pages = _run("pdftotext", "-bbox", str(self.path), "-").split("<page ")[1:]
        word = re.compile(r'<word xMin="(.+?)" yMin="(.+?)" xMax="(.+?)" yMax="(.+?)">(.*?)</word>')
        return [
            [
                (found[5], tuple(map(float, found.group(1, 2, 3, 4))))
                for found in word.finditer(page)
            ]
            for page in pages
        ]

    def _figures(self, page: int) -> list[Box]:
        """The figures' boxes, turned to the top-left origin that ``pdftotext`` uses."""
        with pikepdf.open(self.path) as pdf:
            sheet = pdf.pages[page]
            height = float(sheet.mediabox[3])
            boxes = [
                tuple(map(float, figure.A.BBox))
                for tag, figure in elements(pdf)
                if tag == "Figure" and figure.Pg.objgen == sheet.obj.objgen
            ]
        return [(left, height - top, right, height - bottom) for left, bottom, right, top in boxes]

    def pictures(self, dpi: int = 150) -> list[Image.Image]:
        """Each page as a printer or a phone would see it."""
        _run("pdftoppm", "-r", str(dpi), "-gray", "-png", str(self.path), str(self.path))
        return [Image.open(file) for file in sorted(self.path.parent.glob("*.png"))]

    def codes(self, dpi: int = 150) -> list[zxingcpp.Barcode]:
        """Every QR code a camera would find."""
        return [code for picture in self.pictures(dpi) for code in zxingcpp.read_barcodes(picture)]

    def is_sound(self) -> bool:
        """Ask ``qpdf`` whether the file's own structure holds."""
        return "No syntax or stream encoding errors found" in _run(
            "qpdf", "--check", str(self.path)
        )


def _run(*command: str) -> str:
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def _overlap(one: Box, other: Box, tolerance_pt: float = 2) -> bool:
    """Whether two boxes share more than the air that belongs to a line of text."""
    across = min(one[2], other[2]) - max(one[0], other[0])
    down = min(one[3], other[3]) - max(one[1], other[1])
    return across > tolerance_pt and down > tolerance_pt * 2

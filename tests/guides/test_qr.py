"""QR codes in each of their forms, read back by a reader that is not ours."""

from __future__ import annotations

import base64
import io
import re
import xml.etree.ElementTree as ElementTree

import pytest
import zxingcpp
from PIL import Image, ImageDraw

from kiosk.printing.qr import qr_data_uri, qr_png, qr_svg, qr_text

URL = "https://visio.sainte-foy.example/r/kJ8sQm2vTx4bN7pLw9ZrYa#tulipe-4821"


def read(picture: Image.Image) -> zxingcpp.Barcode:
    (code,) = zxingcpp.read_barcodes(picture)
    return code


def drawn(svg: str, module_px: int = 6) -> Image.Image:
    """Paint the bars of our own SVG, the only shapes it holds."""
    side = int(re.findall(r'viewBox="0 0 (\d+)', svg)[0])
    picture = Image.new("L", (side * module_px, side * module_px), 255)
    brush = ImageDraw.Draw(picture)
    for x, y, length in re.findall(r"M(\d+) (\d+)h(\d+)v1h", svg):
        left, top, wide = int(x) * module_px, int(y) * module_px, int(length) * module_px
        brush.rectangle((left, top, left + wide - 1, top + module_px - 1), fill=0)
    return picture


def test_a_png_gives_the_address_back_with_strong_correction() -> None:
    code = read(Image.open(io.BytesIO(qr_png(URL))))

    assert code.text == URL
    assert code.ec_level == "Q"


def test_the_drawing_gives_the_address_back_and_names_itself() -> None:
    svg = qr_svg(URL, label='Ouvre <la> "page"')

    root = ElementTree.fromstring(svg)
    assert read(drawn(svg)).text == URL
    assert root.attrib["role"] == "img"
    assert root.attrib["aria-label"] == 'Ouvre <la> "page"'


def test_four_modules_of_white_stand_around() -> None:
    picture = drawn(qr_svg(URL, label="Page"), module_px=1)

    box = Image.eval(picture, lambda value: 255 - value).getbbox()

    assert box == (4, 4, picture.width - 4, picture.height - 4)


def test_a_drawing_for_an_img_is_the_same_drawing() -> None:
    kind, _, data = qr_data_uri(URL).partition(",")

    assert kind == "data:image/svg+xml;base64"
    assert read(drawn(base64.b64decode(data).decode())).text == URL


def test_a_terminal_shows_a_code_that_reads_black_on_white() -> None:
    lines = qr_text(URL).splitlines()

    assert all(re.fullmatch("\x1b\\[30;107m[█▀▄ ]+\x1b\\[0m", line) for line in lines)
    rows = [re.sub("\x1b\\[[0-9;]+m", "", line) for line in lines]
    picture = Image.new("L", (len(rows[0]), 2 * len(rows)), 255)
    for y, row in enumerate(rows):
        for x, block in enumerate(row):
            picture.putpixel((x, 2 * y), 0 if block in "█▀" else 255)
            picture.putpixel((x, 2 * y + 1), 0 if block in "█▄" else 255)
    assert read(picture.resize((picture.width * 6, picture.height * 6), 0)).text == URL


def test_a_picture_needs_modules_that_can_be_seen() -> None:
    with pytest.raises(ValueError, match="one pixel"):
        qr_png(URL, module_px=0)

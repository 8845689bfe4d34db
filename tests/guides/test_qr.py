"""QR codes in each of their forms, read back by a reader that is not ours."""

from __future__ import annotations

import base64
import re

import zxingcpp
from PIL import Image, ImageDraw

from kiosk.printing.qr import qr_data_uri, qr_text

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


def svg_of(data_uri: str) -> str:
    kind, _, data = data_uri.partition(",")
    assert kind == "data:image/svg+xml;base64"
    return base64.b64decode(data).decode()


def test_a_drawing_for_an_img_gives_the_address_back_with_strong_correction() -> None:
    code = read(drawn(svg_of(qr_data_uri(URL))))

    assert code.text == URL
    assert code.ec_level == "Q"


def test_four_modules_of_white_stand_around() -> None:
    picture = drawn(svg_of(qr_data_uri(URL)), module_px=1)

    box = Image.eval(picture, lambda value: 255 - value).getbbox()

    assert box == (4, 4, picture.width - 4, picture.height - 4)


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

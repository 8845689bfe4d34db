"""QR codes: as a picture for ``<img>``, and as text for a terminal.

Error correction Q and a quiet zone of four modules, always black on white: a phone then reads the
code from creased paper or a dim screen.
"""

from __future__ import annotations

import base64

import qrcode
from qrcode.constants import ERROR_CORRECT_Q

QUIET_ZONE = 4
"""Modules of white on each side, as ISO/IEC 18004 asks."""


def qr_data_uri(url: str) -> str:
    """Draw ``url`` as a ``data:`` address, to be put in ``<img src alt>``.

    A PDF needs this form: an inline ``<svg>`` becomes a figure without alternative text.
    """
    drawing = _svg(url).encode()
    return "data:image/svg+xml;base64," + base64.b64encode(drawing).decode()


def qr_text(url: str) -> str:
    """Draw ``url`` for a terminal, two rows of modules a line.

    The colours are set outright, so a dark terminal shows black on white too.
    """
    rows = _matrix(url)
    if len(rows) % 2:
        rows.append([False] * len(rows[0]))
    blocks = {(True, True): "█", (True, False): "▀", (False, True): "▄", (False, False): " "}
    lines = (
        "".join(blocks[pair] for pair in zip(upper, lower, strict=True))
        for upper, lower in zip(rows[::2], rows[1::2], strict=True)
    )
    return "\n".join(f"\x1b[30;107m{line}\x1b[0m" for line in lines)


def _code(url: str) -> qrcode.QRCode:  # type: ignore[type-arg]
    code = qrcode.QRCode(error_correction=ERROR_CORRECT_Q, border=QUIET_ZONE)
    code.add_data(url)
    code.make(fit=True)
    return code


def _matrix(url: str) -> list[list[bool]]:
    return [[bool(module) for module in row] for row in _code(url).get_matrix()]


def _svg(url: str) -> str:
    rows = _matrix(url)
    side = len(rows)
    bars = "".join(
        f"M{start} {y}h{length}v1h-{length}z"
        for y, row in enumerate(rows)
        for start, length in _bars(row)
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {side} {side}">'
        f'<path fill="#fff" d="M0 0h{side}v{side}h-{side}z"/><path d="{bars}"/></svg>'
    )


def _bars(row: list[bool]) -> list[tuple[int, int]]:
    """Find the runs of black in a row, as (start, length): one bar prints without hairlines."""
    bars: list[tuple[int, int]] = []
    for x, black in enumerate(row):
        if black and bars and sum(bars[-1]) == x:
            bars[-1] = (bars[-1][0], bars[-1][1] + 1)
        elif black:
            bars.append((x, 1))
    return bars

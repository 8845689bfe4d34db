"""Paper in a citizen's hand: the card's PDF drawn at 150 dpi, and its QR code read."""

from __future__ import annotations

import subprocess
from base64 import b64decode
from pathlib import Path

import zxingcpp
from PIL import Image

from tests.builders.server_appointments import Booked
from tests.drivers.screen import Screen
from tests.drivers.server import RunningServer

DOTS_PER_INCH = 150

_DOWNLOAD = """
async (url) => {
  const answer = await fetch(url);
  const bytes = new Uint8Array(await answer.arrayBuffer());
  let text = "";
  for (const byte of bytes) text += String.fromCharCode(byte);
  return btoa(text);
}
"""


def link_on_the_card(screen: Screen, server: RunningServer, booked: Booked, folder: Path) -> str:
    """Print an appointment's card as the signed-in agent, and scan it."""
    address = f"{server.url}/agent/rendez-vous/{booked.id}/carte.pdf"
    card = folder / "card.pdf"
    card.write_bytes(b64decode(screen.evaluate(_DOWNLOAD, address)))
    subprocess.run(
        ["pdftoppm", "-r", str(DOTS_PER_INCH), "-png", "-singlefile", str(card), str(folder / "p")],
        check=True,
    )
    with Image.open(folder / "p.png") as picture:
        codes = zxingcpp.read_barcodes(picture)
    assert len(codes) == 1, "one QR code on the card, no more"
    return codes[0].text

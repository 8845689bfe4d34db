"""Compressed copies of static files, made once per content and kept in ``build/assets/``.

A copy is named by the SHA-256 of what it compresses, so it never goes stale and an unchanged file
is never compressed twice. Safe when several processes start together: copies appear whole.
"""

from __future__ import annotations

import contextlib
import gzip
import os
from pathlib import Path

import brotli

from kiosk.web.asset_tree import Asset

ENCODINGS = {"br": ".br", "gzip": ".gz"}
"""Encodings we make, best first, and the suffix of their copies."""

COMPRESSIBLE = {".css", ".js", ".mjs", ".json", ".svg", ".html", ".txt", ".wasm", ".webmanifest"}

SMALLEST = 256
"""Bytes under which compressing gains nothing worth a header."""


class AssetStore:
    """Where compressed copies are kept."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def encoded(self, asset: Asset, encoding: str) -> bytes | None:
        """Return the body in ``encoding`` (``br``, ``gzip``), or None where it is not worth it."""
        if not _worth_compressing(asset):
            return None
        copy = self._folder / (asset.digest + ENCODINGS[encoding])
        if copy.exists():
            return copy.read_bytes()
        body = _compress(asset.body, encoding)
        with contextlib.suppress(OSError):
            # Where the code is its owner's alone, `make setup` has made the copies.
            self._write(copy, body)
        return body

    def _write(self, copy: Path, body: bytes) -> None:
        self._folder.mkdir(parents=True, exist_ok=True)
        unfinished = copy.with_name(f"{copy.name}.{os.getpid()}")
        unfinished.write_bytes(body)
        unfinished.replace(copy)


def _worth_compressing(asset: Asset) -> bool:
    return Path(asset.path).suffix in COMPRESSIBLE and len(asset.body) >= SMALLEST


def _compress(body: bytes, encoding: str) -> bytes:
    if encoding == "br":
        compressed: bytes = brotli.compress(body, quality=11)
        return compressed
    return gzip.compress(body, compresslevel=9, mtime=0)

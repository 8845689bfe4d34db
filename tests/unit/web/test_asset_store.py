"""Compressed copies are kept where that is allowed, and made again where it is not."""

from __future__ import annotations

from pathlib import Path

import brotli

from kiosk.settings import ROOT
from kiosk.web.asset_store import AssetStore
from kiosk.web.asset_tree import Asset, AssetTree


def an_asset() -> Asset:
    found = AssetTree(ROOT / "static").get("css/base.css")
    assert found is not None
    return found


def test_a_copy_is_made_once(tmp_path: Path) -> None:
    asset, store = an_asset(), AssetStore(tmp_path / "assets")

    first = store.encoded(asset, "br")

    assert first is not None
    assert brotli.decompress(first) == asset.body
    (copy,) = (tmp_path / "assets").iterdir()
    copy.write_bytes(b"kept")
    assert store.encoded(asset, "br") == b"kept"


def test_where_nothing_may_be_written_pages_still_get_their_files(tmp_path: Path) -> None:
    # As where the code belongs to root: a folder that cannot be made.
    (tmp_path / "file").write_text("")
    asset = an_asset()

    body = AssetStore(tmp_path / "file" / "assets").encoded(asset, "br")

    assert body is not None
    assert brotli.decompress(body) == asset.body

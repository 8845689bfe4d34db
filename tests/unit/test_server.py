"""The web process: which headers it trusts, which settings its children get."""

from __future__ import annotations

from pathlib import Path

import pytest

from kiosk.run.front import without_lookalike_headers
from kiosk.run.web_server import environment
from kiosk.settings import Settings


def test_a_header_that_looks_like_the_proxys_is_dropped() -> None:
    headers = [(b"host", b"visio.example.fr"), (b"x_forwarded_for", b"192.0.2.9")]

    kept = without_lookalike_headers({"type": "http", "headers": headers})

    assert kept["headers"] == [(b"host", b"visio.example.fr")]


def test_a_child_process_gets_the_same_settings(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = Settings(
        secret_key="a secret that is long enough for tests",  # type: ignore[arg-type]
        instance_dir=tmp_path,
        port=8123,
        media_public_addresses=("192.0.2.1", "2001:db8::1"),
        developer_pages=True,
    )

    told = environment(settings)

    monkeypatch.setattr("os.environ", told)
    assert Settings() == settings

"""The web process: which headers it trusts, which settings its children get."""

from __future__ import annotations

from pathlib import Path

import pytest

from kiosk.run.front import without_lookalike_headers
from kiosk.run.web_server import DELIVERY_SETTINGS, environment, for_delivery
from kiosk.settings import Settings
from kiosk.system.processes import plain_environment


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

    environ = environment(settings)

    monkeypatch.setattr("os.environ", environ)
    assert Settings() == settings


def test_the_delivery_process_gets_what_it_needs_and_no_other_secret(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = Settings(
        secret_key="a secret that is long enough for tests",  # type: ignore[arg-type]
        instance_dir=tmp_path,
        turn_secret="relay",  # type: ignore[arg-type]
        metrics_token="metrics",  # type: ignore[arg-type]
        sms_gateway_token="gateway",  # type: ignore[arg-type]
    )
    monkeypatch.setattr("os.environ", {"PGPASSWORD": "p", "https_proxy": "x", "AWS_SECRET": "s"})

    given = for_delivery(settings)

    assert given.keys() - set(DELIVERY_SETTINGS) == {"PGPASSWORD", "https_proxy"}
    assert given["KIOSK_SMS_GATEWAY_TOKEN"] == "gateway"
    assert not {"relay", "metrics", "s"} & set(given.values())


def test_every_setting_that_delivery_gets_exists() -> None:
    known = {f"KIOSK_{name.upper()}" for name in Settings.model_fields}

    assert set(DELIVERY_SETTINGS) <= known


def test_a_plain_environment_has_no_setting_and_no_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    ours = {"PATH": "/bin", "LC_ALL": "C.UTF-8", "KIOSK_SECRET_KEY": "s", "PGPASSWORD": "p"}
    monkeypatch.setattr("os.environ", ours)

    assert plain_environment() == {"PATH": "/bin", "LC_ALL": "C.UTF-8"}

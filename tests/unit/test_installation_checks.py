"""What misleads people without anybody noticing is a finding."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask import Flask

from kiosk.media.reach import Finding
from kiosk.run.installation_checks import ProxyWatch, examine
from kiosk.settings import Settings

KEY = "a-key-for-tests-only-and-nothing-else"


def settings(folder: Path, **changes: object) -> Settings:
    return Settings(secret_key=KEY, instance_dir=folder, **changes)  # type: ignore[arg-type]


def seen_from(watch: ProxyWatch, address: str, *, header: str = "X-Forwarded-For") -> None:
    environ = {"REMOTE_ADDR": address}
    with Flask(__name__).test_request_context(
        "/", headers={header: "192.0.2.9"}, environ_base=environ
    ):
        watch.look()


@pytest.mark.parametrize("header", ["X-Forwarded-For", "Forwarded"])
def test_a_proxy_that_is_not_declared_is_found_once(tmp_path: Path, header: str):
    found: list[Finding] = []
    watch = ProxyWatch(settings(tmp_path), found.append)

    for _ in range(3):
        seen_from(watch, "127.0.0.1", header=header)

    assert [(one.code, one.values["address"]) for one in found] == [
        ("proxy.undeclared", "127.0.0.1")
    ]


def test_a_declared_proxy_and_a_visitor_s_own_header_are_no_finding(tmp_path: Path):
    found: list[Finding] = []

    seen_from(ProxyWatch(settings(tmp_path, trusted_proxies=1), found.append), "127.0.0.1")
    seen_from(ProxyWatch(settings(tmp_path), found.append), "8.8.8.8")

    assert found == []


def test_a_public_site_without_gateways_nor_proxy_is_told_so(tmp_path: Path):
    public = settings(tmp_path, base_url="https://visio.example.fr")
    whole = settings(
        tmp_path,
        base_url="https://visio.example.fr",
        trusted_proxies=1,
        smtp_url="smtp://mail.example.fr",
        sms_gateway_url="https://sms.example.fr/send",
    )

    assert [one.code for one in examine(public)] == [
        "proxy.none_declared",
        "delivery.no_mail_gateway",
        "delivery.no_sms_gateway",
    ]
    assert list(examine(whole)) == []
    assert list(examine(settings(tmp_path))) == []

"""Settings that cannot be used: one sentence each, with the variable and an example."""

from __future__ import annotations

from pathlib import Path

import pytest

from kiosk.run import command_line
from kiosk.run.set_up import UnusableSettings, read_settings

KEY = "a-key-for-tests-only-and-nothing-else"


@pytest.fixture(autouse=True)
def own_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("os.environ", {"KIOSK_INSTANCE_DIR": str(tmp_path)})


@pytest.mark.parametrize(
    ("variable", "value", "example"),
    [
        ("KIOSK_SMTP_URL", "mail.example.fr:25", "KIOSK_SMTP_URL=smtp://"),
        ("KIOSK_SMTP_URL", "smtp://mail.example.fr:port", "KIOSK_SMTP_URL=smtp://"),
        ("KIOSK_SMS_GATEWAY_URL", "sms.example.fr", "KIOSK_SMS_GATEWAY_URL=https://"),
        ("KIOSK_BASE_URL", "https://example.fr/visio", "KIOSK_BASE_URL=https://visio.example.fr"),
        ("KIOSK_BASE_URL", "visio.example.fr", "KIOSK_BASE_URL=https://visio.example.fr"),
        ("KIOSK_PORT", "eight thousand", "KIOSK_PORT=8000"),
        ("KIOSK_TRUSTED_PROXIES", "yes", "KIOSK_TRUSTED_PROXIES=1"),
        ("KIOSK_TURN_URLS", "[turns:", "KIOSK_TURN_URLS=turns:"),
    ],
)
def test_a_value_that_cannot_be_read_is_said_with_an_example(
    monkeypatch: pytest.MonkeyPatch, variable: str, value: str, example: str
):
    monkeypatch.setattr("os.environ", {"KIOSK_SECRET_KEY": KEY, variable: value})

    with pytest.raises(UnusableSettings) as refused:
        read_settings()

    [sentence] = str(refused.value).splitlines()
    assert sentence.startswith(f"{variable} ne peut pas être lu")
    assert example in sentence


def test_a_missing_secret_is_named_and_no_secret_is_repeated(monkeypatch: pytest.MonkeyPatch):
    with pytest.raises(UnusableSettings, match="Il manque KIOSK_SECRET_KEY"):
        read_settings()

    monkeypatch.setattr("os.environ", {"KIOSK_SECRET_KEY": "too-short-to-use"})
    with pytest.raises(UnusableSettings) as refused:
        read_settings()
    assert "too-short-to-use" not in str(refused.value)


@pytest.mark.parametrize(
    "value", ["198.51.100.20", "198.51.100.20, 2001:db8::20", '["198.51.100.20", "2001:db8::20"]']
)
def test_addresses_are_read_with_commas_or_as_json(monkeypatch: pytest.MonkeyPatch, value: str):
    given = {"KIOSK_SECRET_KEY": KEY, "KIOSK_MEDIA_PUBLIC_ADDRESSES": value}
    monkeypatch.setattr("os.environ", given)

    addresses = read_settings().media_public_addresses

    assert addresses == ("198.51.100.20", "2001:db8::20")[: len(addresses)]


def test_a_folder_that_cannot_be_written_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    (tmp_path / "file").touch()
    monkeypatch.setattr("os.environ", {"KIOSK_INSTANCE_DIR": str(tmp_path / "file" / "instance")})

    said = command_line.main(["upgrade"])

    assert isinstance(said, str)
    assert said.startswith("On ne peut pas écrire dans le dossier")
    assert "KIOSK_INSTANCE_DIR=" in said

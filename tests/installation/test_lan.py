"""`make run LAN=1`: a telephone in the same room opens the QR code and may use its camera."""

from __future__ import annotations

import stat
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from playwright.sync_api import Playwright

from kiosk.developers import demonstration
from kiosk.run import greeting
from kiosk.settings import Settings
from kiosk.storage import schema
from kiosk.storage.database import Database
from kiosk.system import certificates
from tests.drivers.chromium import Person, sitting_at_chromium
from tests.drivers.server import running_server

NOON = datetime(2026, 11, 20, 11, tzinfo=UTC)
SECRET = "a secret that is long enough for tests"


@pytest.mark.browser
def test_a_telephone_in_the_same_network_opens_the_link_and_may_use_its_camera(
    playwright: Playwright,
) -> None:
    # The person accepts the browser's warning once; the flag does it for them.
    telephone = Person(screen="phone", more_flags=("--ignore-certificate-errors",))
    with running_server(lan=True) as server, sitting_at_chromium(playwright, telephone) as screen:
        screen.open(server.demo.join_url)
        screen.press("Commencer")
        screen.waits_until("location.pathname.startsWith('/parcours')")

        assert server.demo.join_url.startswith(f"{server.url}/")
        assert screen.page.evaluate("isSecureContext && 'mediaDevices' in navigator")
        assert "Empreinte SHA-256" in server.said


def test_the_certificate_names_the_address_and_is_kept_while_it_is_valid(tmp_path: Path) -> None:
    certificate, key = certificates.for_address(tmp_path, "192.168.1.20", now=NOON)
    first = certificate.read_bytes()

    certificates.for_address(tmp_path, "192.168.1.20", now=NOON + timedelta(days=300))

    named = x509.load_pem_x509_certificate(first).extensions.get_extension_for_class(
        x509.SubjectAlternativeName
    )
    assert "192.168.1.20" in [str(one) for one in named.value.get_values_for_type(x509.IPAddress)]
    assert certificate.read_bytes() == first
    assert stat.S_IMODE(key.stat().st_mode) == 0o600


@pytest.mark.parametrize(
    ("address", "days"), [("192.168.1.21", 0), ("192.168.1.20", 380), ("192.168.1.20", 1000)]
)
def test_another_address_or_the_end_of_its_time_makes_another_certificate(
    tmp_path: Path, address: str, days: int
) -> None:
    certificate, _ = certificates.for_address(tmp_path, "192.168.1.20", now=NOON)
    first = certificate.read_bytes()

    certificates.for_address(tmp_path, address, now=NOON + timedelta(days=days))

    assert certificate.read_bytes() != first


def test_a_torn_certificate_is_made_again(tmp_path: Path) -> None:
    certificate, _ = certificates.for_address(tmp_path, "192.168.1.20", now=NOON)
    certificate.write_bytes(certificate.read_bytes()[:100])

    certificates.for_address(tmp_path, "192.168.1.20", now=NOON)

    assert certificates.fingerprint(certificate).count(":") == 31


@pytest.mark.parametrize(
    ("base_url", "public"),
    [
        ("", False),
        ("http://localhost:8000", False),
        ("https://192.168.1.20:8000", False),
        ("https://[fd00::20]:8000", False),
        ("https://visio.example.fr", True),
        ("https://198.51.100.20", False),
        ("https://8.8.4.4", True),
        ("http://visio.example.fr", False),
    ],
)
def test_an_address_is_public_when_people_reach_it_by_https_from_elsewhere(
    tmp_path: Path, base_url: str, public: bool
) -> None:
    settings = Settings(secret_key=SECRET, instance_dir=tmp_path, base_url=base_url)

    assert settings.is_public is public


def test_a_public_address_gets_no_demonstration_people(tmp_path: Path) -> None:
    settings = Settings(
        secret_key=SECRET, instance_dir=tmp_path, base_url="https://visio.example.fr"
    )
    schema.upgrade(settings.sqlalchemy_url)
    database = Database(settings.sqlalchemy_url)

    with database.session() as session:
        assert demonstration.prepare(session, settings, now=NOON) is None
        assert demonstration.others(session) == demonstration.Others(0, 0, 0)
    database.close()


def test_the_terminal_says_that_the_qr_code_of_localhost_is_not_for_telephones(
    tmp_path: Path,
) -> None:
    settings = Settings(secret_key=SECRET, instance_dir=tmp_path)

    assert "make run LAN=1" in greeting.telephones(settings, lan=False)


def test_the_terminal_says_where_messages_without_a_gateway_are_kept(tmp_path: Path) -> None:
    settings = Settings(secret_key=SECRET, instance_dir=tmp_path, smtp_url="smtp://localhost")

    said = greeting.messages(settings)

    assert "par le serveur de messagerie" in said
    assert "SMS           gardés ici, non envoyés" in said
    assert str(tmp_path / "outbox") in said
